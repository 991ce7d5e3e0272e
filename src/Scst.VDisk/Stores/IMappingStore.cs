using System.Threading.Tasks;

namespace Scst.VDisk;

/// <summary>
/// An <see cref="IUnmapStore"/> that knows for which of its bytes it holds room (GET LBA STATUS: SBC-5, logical block
/// provisioning). Of a store that does not, everything counts as mapped.
/// </summary>
public interface IMappingStore
{
    /// <summary>
    /// Tells whether a byte has room, and how far that is so. A byte that was written, and not unmapped since, has room; one that has
    /// none reads as zero. The rules of <see cref="IBlockStore"/> hold: checked range, any overlap.
    /// </summary>
    /// <param name="offset">The byte, counted from the start of the store.</param>
    /// <param name="length">How many bytes from there on the answer may be about; greater than 0.</param>
    /// <returns>The answer, which may be about fewer bytes: the next ones may have the same.</returns>
    ValueTask<StoreMapping> FindMappingAsync(long offset, long length);
}
