using System;

namespace Scst.VDisk;

/// <summary>
/// An <see cref="IBlockStore"/> whose bytes lie in memory, and that lends them for reading instead of having them copied.
/// </summary>
internal interface IMemoryLendingStore
{
    /// <summary>Lends a range. What is written to it later shows through; what replaces it as a whole need not.</summary>
    /// <param name="offset">First byte, counted from the start of the store.</param>
    /// <param name="length">Bytes, greater than 0, inside the store.</param>
    /// <param name="bytes">The bytes. Nobody has to give them back: they stay what they are as long as somebody has them.</param>
    /// <returns>False: the range must be read, for example because it does not lie in one piece.</returns>
    bool TryLend(long offset, int length, out ArraySegment<byte> bytes);
}
