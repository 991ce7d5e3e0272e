using System;
using System.Numerics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Scst.VDisk;

/// <summary>How a <see cref="DiskHandler"/> presents its store.</summary>
public sealed record DiskOptions
{
    private const int SmallestBlock = 512;
    private const int LargestBlock = 4096;
    private const int SmallestMaxTransfer = 64 << 10;
    private const int LargestMaxTransfer = 1 << 30;

    /// <summary>
    /// LOGICAL BLOCK LENGTH IN BYTES (SBC-5, READ CAPACITY): a power of two, 512 to 4096. It belongs to what is stored: a disk that
    /// was formatted with one block length is garbage with another.
    /// </summary>
    public int BlockLength { get; init; } = SmallestBlock;

    /// <summary>
    /// No initiator may change the medium: commands that write end in DATA PROTECT, 27h/00h WRITE PROTECTED, and MODE SENSE says so
    /// (WP bit). A store that is read-only makes the disk so too.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Every write is on stable storage before it ends in GOOD, and no initiator can change that: WCE of the caching mode page
    /// (SBC-5) is 0 and not changeable. Where false, WCE is 1 at first if the store has a volatile write cache, and initiators may
    /// change it.
    /// </summary>
    public bool WriteThrough { get; init; }

    /// <summary>
    /// The disk is thin provisioned (SBC-5, logical block provisioning): initiators may give room back with UNMAP and WRITE SAME, and
    /// see with GET LBA STATUS what has room. Unmapped blocks read as zeros. The store must be an <see cref="IUnmapStore"/>, unless the
    /// disk is read-only. What is mapped the store says (<see cref="IMappingStore"/>); a write that it has no room for ends in DATA
    /// PROTECT, 27h/07h SPACE ALLOCATION FAILED WRITE PROTECT. Where false, no initiator learns whether the store is sparse.
    /// </summary>
    public bool Thin { get; init; }

    /// <summary>
    /// The longest transfer of one command in bytes, 64 KiB to 1 GiB, counted in whole blocks: MAXIMUM TRANSFER LENGTH of the block
    /// limits page (SBC-5). A longer one ends in ILLEGAL REQUEST, INVALID FIELD IN CDB. Not more than
    /// <see cref="ScsiEngineOptions.MaxTransferBytes"/> of the engine, which refuses what is longer than its own limit.
    /// </summary>
    public int MaxTransferBytes { get; init; } = 8 << 20;

    /// <summary>Where a store's faults are logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>What keeps blocks to one command. The tests replace it.</summary>
    internal Func<Action<ScsiCommand>, RangeGuard> MakeRangeGuard { get; init; } = static resume => new RangeGuard(resume);

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is violated.</exception>
    internal void Check(string parameter)
    {
        if (BlockLength is < SmallestBlock or > LargestBlock || !BitOperations.IsPow2(BlockLength))
            throw new ArgumentOutOfRangeException(parameter, BlockLength, "BlockLength is not a power of two from 512 to 4096.");
        if (MaxTransferBytes is < SmallestMaxTransfer or > LargestMaxTransfer)
            throw new ArgumentOutOfRangeException(parameter, MaxTransferBytes, "MaxTransferBytes is not in 64 KiB to 1 GiB.");
    }
}
