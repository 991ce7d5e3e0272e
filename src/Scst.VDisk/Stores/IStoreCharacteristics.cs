namespace Scst.VDisk;

/// <summary>
/// What an <see cref="IBlockStore"/> knows about its medium, for the mode and VPD pages; each value is constant for the life of
/// the store. A store without this interface counts as one with a volatile write cache of which nothing else is known.
/// </summary>
public interface IStoreCharacteristics
{
    /// <summary>
    /// Whether a completed write can still be lost in a way that a flush would have prevented. It is what the WCE bit of the
    /// caching mode page says (SBC-5): if false, initiators send no SYNCHRONIZE CACHE, and none would do any good. So it is false
    /// both where every write is durable and where nothing ever is (memory).
    /// </summary>
    bool HasVolatileWriteCache { get; }

    /// <summary>
    /// The unit in which the store reads and writes, in bytes, a power of two; 0 if every whole sector of 512 bytes will do. The
    /// block length of a disk must be a multiple of it. 0 if not implemented.
    /// </summary>
    int LogicalBlockSize => 0;

    /// <summary>
    /// The unit below which a write costs a read as well, in bytes: a power of two, at least 512; or 0 if there is none. Becomes
    /// LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT of READ CAPACITY (16) data (SBC-5).
    /// </summary>
    int PhysicalBlockSize { get; }

    /// <summary>
    /// Where the first physical block begins, in bytes from the start of the store, less than <see cref="PhysicalBlockSize"/>:
    /// LOWEST ALIGNED LOGICAL BLOCK ADDRESS of READ CAPACITY (16) data (SBC-5), there in logical blocks. 0 if not implemented.
    /// </summary>
    int AlignmentOffset => 0;

    /// <summary>
    /// The transfer length that serves best, in bytes, or 0 for no preference: OPTIMAL TRANSFER LENGTH of the Block Limits VPD
    /// page (SBC-5), there in logical blocks.
    /// </summary>
    int OptimalTransferSize { get; }

    /// <summary>
    /// The longest transfer that the medium takes in one piece, in bytes, or 0 for no limit. With <see cref="DiskOptions.MaxTransferBytes"/>
    /// it bounds MAXIMUM TRANSFER LENGTH of the Block Limits VPD page (SBC-5). 0 if not implemented.
    /// </summary>
    int MaxTransferSize => 0;

    /// <summary>
    /// MEDIUM ROTATION RATE of the Block Device Characteristics VPD page (SBC-5), as it stands there: 0 not reported, 1
    /// non-rotating, 0401h to FFFEh revolutions per minute.
    /// </summary>
    int MediumRotationRate { get; }
}
