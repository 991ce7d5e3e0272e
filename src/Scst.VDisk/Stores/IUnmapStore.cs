using System.Threading.Tasks;

namespace Scst.VDisk;

/// <summary>
/// An <see cref="IBlockStore"/> that can give room back (UNMAP, WRITE SAME with the UNMAP bit: SBC-5, logical block provisioning).
/// </summary>
public interface IUnmapStore
{
    /// <summary>
    /// The unit in which room comes back, in bytes, greater than 0, counted from offset 0: OPTIMAL UNMAP GRANULARITY of the Block
    /// Limits VPD page, there in logical blocks. Unmapping less is allowed and frees nothing.
    /// </summary>
    long UnmapGranularity { get; }

    /// <summary>
    /// Frees a range. After <see cref="StoreStatus.Ok"/> every byte of it reads as zero (LBPRZ 001b), whether room came back or
    /// not. The rules of <see cref="IBlockStore"/> hold: checked range, any overlap, durable with the next flush.
    /// </summary>
    /// <param name="offset">First byte, counted from the start of the store.</param>
    /// <param name="length">Number of bytes, greater than 0; not bounded by any buffer.</param>
    /// <returns><see cref="StoreStatus.Ok"/> or why not.</returns>
    ValueTask<StoreStatus> UnmapAsync(long offset, long length);
}
