using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>A store seen as logical blocks.</summary>
internal sealed class DiskMedium
{
    private readonly ILogger _log;
    private readonly IAtomicWriteStore? _atomicStore;
    private int _lost;

    internal DiskMedium(IBlockStore store, DiskOptions options)
    {
        Store = store;
        BlockLength = options.BlockLength;
        BlockCount = (ulong)(store.Length / options.BlockLength);
        IsReadOnly = options.ReadOnly || store.IsReadOnly;
        IsThin = options.Thin;
        Characteristics = store as IStoreCharacteristics;
        MaxTransferBlocks = LongestTransfer(options, Characteristics?.MaxTransferSize ?? 0);
        _atomicStore = store as IAtomicWriteStore;
        Atomic = AtomicLimits.Of(_atomicStore, BlockLength, MaxTransferBlocks);
        Lender = store as ILendingStore;
        MemoryLender = store as IMemoryLendingStore;
        bool isVolatile = !IsReadOnly && (Characteristics?.HasVolatileWriteCache ?? true);
        Cache = new WriteCache(isVolatile, isEnabled: !options.WriteThrough);
        HasWriteCache = isVolatile && !options.WriteThrough;
        PreFetcher = new PreFetcher(this);
        BackgroundFlusher = new BackgroundFlusher(this);
        _log = options.LoggerFactory.CreateLogger(Log.Category);
    }

    internal IBlockStore Store { get; }

    internal IStoreCharacteristics? Characteristics { get; }

    /// <summary>The store, if it can lend pages.</summary>
    internal ILendingStore? Lender { get; }

    /// <summary>The store, if it can lend memory.</summary>
    internal IMemoryLendingStore? MemoryLender { get; }

    internal WriteCache Cache { get; }

    internal PreFetcher PreFetcher { get; }

    internal BackgroundFlusher BackgroundFlusher { get; }

    /// <summary>Whether initiators see a volatile write cache, which they may disable.</summary>
    internal bool HasWriteCache { get; }

    internal bool IsReadOnly { get; }

    /// <summary>Whether initiators see that blocks need not have room, and may give it back.</summary>
    internal bool IsThin { get; }

    /// <summary>In bytes.</summary>
    internal int BlockLength { get; }

    internal ulong BlockCount { get; }

    /// <summary>Most blocks that one command may transfer, or fetch ahead.</summary>
    internal uint MaxTransferBlocks { get; }

    /// <summary>What atomic writes there are; null for none, because the store cannot promise them.</summary>
    internal AtomicLimits? Atomic { get; }

    /// <summary>Most blocks that COMPARE AND WRITE may compare; their data-out is twice as long, and bounded as any transfer is.</summary>
    internal byte MaxCompareAndWriteBlocks => (byte)Math.Min(byte.MaxValue, MaxTransferBlocks / 2);

    /// <summary>The logical unit's name, for the log.</summary>
    internal string Name { get; set; } = "a disk";

    /// <summary>
    /// Whether a range is on the medium. The first block must be, also of an empty range (SBC-5, LOGICAL BLOCK ADDRESS field).
    /// </summary>
    internal bool Contains(ulong lba, uint blocks) => lba < BlockCount && blocks <= BlockCount - lba;

    /// <summary>
    /// What an initiator is told of a range that is not on the medium: INFORMATION is the first LBA that is invalid (SBC-5, error
    /// reporting).
    /// </summary>
    /// <param name="lba">The first block of the range.</param>
    internal Sense OutOfRange(ulong lba) =>
        Sense.IllegalRequest(AdditionalSense.LogicalBlockAddressOutOfRange) with { Information = Math.Max(lba, BlockCount) };

    /// <summary>Where a block that is on the medium begins in the store.</summary>
    internal long OffsetOf(ulong lba) => (long)lba * BlockLength;

    /// <summary>How the first flush failed, or Ok: after it nothing is promised to be on stable storage any more.</summary>
    private StoreStatus Lost => (StoreStatus)Volatile.Read(ref _lost);

    /// <summary>Flushes; an exception is a status here.</summary>
    internal async ValueTask<StoreStatus> FlushAsync()
    {
        StoreStatus status;
        try
        {
            status = await BeginFlushAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            status = Fault(exception);
        }
        return SettleFlush(status);
    }

    /// <summary>Begins a flush, which <see cref="SettleFlush"/> ends. None is tried after one that failed.</summary>
    internal ValueTask<StoreStatus> BeginFlushAsync() =>
        Lost is var lost and not StoreStatus.Ok ? new ValueTask<StoreStatus>(lost) : Store.FlushAsync();

    /// <summary>Begins a write; a forced one is ended by <see cref="SettleForcedWrite"/>.</summary>
    internal ValueTask<StoreStatus> BeginWriteAsync(long offset, ReadOnlyMemory<byte> source, bool isForced, bool isAtomic = false)
    {
        if (isForced && Lost is var lost and not StoreStatus.Ok)
            return new ValueTask<StoreStatus>(lost);
        StoreWriteOptions options = isForced ? StoreWriteOptions.ForceUnitAccess : StoreWriteOptions.None;
        return isAtomic ? _atomicStore!.WriteAtomicAsync(offset, source, options) : Store.WriteAsync(offset, source, options);
    }

    /// <summary>
    /// What the outcome of a flush means. A failure is final, whatever the store says afterwards, because the system may have
    /// forgotten what was lost; and so is an exception, of which nobody knows what it left undone. Only
    /// <see cref="StoreStatus.Gone"/> is the store's to take back: nothing was lost if it is there again.
    /// </summary>
    internal StoreStatus SettleFlush(StoreStatus status) => Settle(status, isLost: status is not (StoreStatus.Ok or StoreStatus.Gone));

    /// <summary>What the outcome of a forced write means: one that failed as a write concerns no other.</summary>
    internal StoreStatus SettleForcedWrite(StoreStatus status) =>
        Settle(status, isLost: status is StoreStatus.FlushFailed or >= StoreStatus.InternalError);

    /// <summary>A flush that no command waits for has ended.</summary>
    internal void Report(StoreStatus status)
    {
        if (status != StoreStatus.Ok)
            _log.FlushFailed(Name, status);
    }

    /// <summary>In blocks, at least one: of a disk that can move nothing nobody would be served.</summary>
    private static uint LongestTransfer(DiskOptions options, int ofStore)
    {
        int bytes = ofStore > 0 ? Math.Min(options.MaxTransferBytes, ofStore) : options.MaxTransferBytes;
        return (uint)Math.Max(1, bytes / options.BlockLength);
    }

    private StoreStatus Settle(StoreStatus status, bool isLost)
    {
        if (isLost)
            Interlocked.CompareExchange(ref _lost, (int)status, (int)StoreStatus.Ok);
        // Of two flushes at once the system tells one of the failure, and it may be the other one.
        return status == StoreStatus.Ok ? Lost : status;
    }

    /// <summary>A command could not go on.</summary>
    internal void Failed(Exception exception) => _log.CommandFailed(exception, Name);

    /// <summary>The store threw.</summary>
    internal StoreStatus Fault(Exception exception)
    {
        _log.StoreThrew(exception, Name);
        return StoreStatus.InternalError;
    }
}
