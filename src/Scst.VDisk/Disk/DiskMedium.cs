using System;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace Scst.VDisk;

/// <summary>A store seen as logical blocks.</summary>
internal sealed class DiskMedium
{
    private readonly ILogger _log;

    internal DiskMedium(IBlockStore store, DiskOptions options)
    {
        Store = store;
        BlockLength = options.BlockLength;
        BlockCount = (ulong)(store.Length / options.BlockLength);
        MaxTransferBlocks = (uint)(options.MaxTransferBytes / options.BlockLength);
        IsReadOnly = options.ReadOnly || store.IsReadOnly;
        Characteristics = store as IStoreCharacteristics;
        bool isVolatile = !IsReadOnly && (Characteristics?.HasVolatileWriteCache ?? true);
        Cache = new WriteCache(isVolatile, isEnabled: !options.WriteThrough);
        HasWriteCache = isVolatile && !options.WriteThrough;
        PreFetcher = new PreFetcher(this);
        _log = options.LoggerFactory.CreateLogger("Scst.VDisk");
    }

    internal IBlockStore Store { get; }

    internal IStoreCharacteristics? Characteristics { get; }

    internal WriteCache Cache { get; }

    internal PreFetcher PreFetcher { get; }

    /// <summary>Whether initiators see a volatile write cache, which they may disable.</summary>
    internal bool HasWriteCache { get; }

    internal bool IsReadOnly { get; }

    /// <summary>In bytes.</summary>
    internal int BlockLength { get; }

    internal ulong BlockCount { get; }

    /// <summary>Most blocks that one command may transfer, or fetch ahead.</summary>
    internal uint MaxTransferBlocks { get; }

    /// <summary>The logical unit's name, for the log.</summary>
    internal string Name { get; set; } = "a disk";

    /// <summary>
    /// Whether a range is on the medium. The first block must be, also of an empty range (SBC-5, LOGICAL BLOCK ADDRESS field).
    /// </summary>
    internal bool Contains(ulong lba, uint blocks) => lba < BlockCount && blocks <= BlockCount - lba;

    /// <summary>Where a block that is on the medium begins in the store.</summary>
    internal long OffsetOf(ulong lba) => (long)lba * BlockLength;

    /// <summary>Flushes; an exception is a status here.</summary>
    internal async ValueTask<StoreStatus> FlushAsync()
    {
        try
        {
            return await Store.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return Fault(exception);
        }
    }

    /// <summary>
    /// Waits for a flush that no command waits for. A failure is not lost with it: a store answers every later flush and forced
    /// write with it, so the next SYNCHRONIZE CACHE that waits tells the initiator.
    /// </summary>
    internal async Task WatchAsync(ValueTask<StoreStatus> flush)
    {
        StoreStatus status = await flush.ConfigureAwait(false);
        if (status != StoreStatus.Ok)
            _log.FlushFailed(Name, status);
    }

    /// <summary>The store threw.</summary>
    internal StoreStatus Fault(Exception exception)
    {
        _log.StoreThrew(exception, Name);
        return StoreStatus.InternalError;
    }
}
