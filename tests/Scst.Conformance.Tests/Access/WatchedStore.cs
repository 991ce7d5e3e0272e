using System;
using System.Threading;
using System.Threading.Tasks;

using Scst.VDisk;

namespace Scst.Conformance.Tests.Access;

/// <summary>A disk in memory that counts what it is asked for, and lets a test wait until it is asked.</summary>
internal sealed class WatchedStore : IBlockStore
{
    private readonly RamStore _ram = new(16 << 20);
    private long _reads;
    private long _wanted;
    private TaskCompletionSource? _reached;

    public long Length => _ram.Length;

    /// <summary>How often the store was read.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    public ValueTask<StoreStatus> ReadAsync(long offset, Memory<byte> destination)
    {
        if (Interlocked.Increment(ref _reads) >= Interlocked.Read(ref _wanted))
            Volatile.Read(ref _reached)?.TrySetResult();
        return _ram.ReadAsync(offset, destination);
    }

    public ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options) =>
        _ram.WriteAsync(offset, source, options);

    public ValueTask<StoreStatus> FlushAsync() => _ram.FlushAsync();

    public ValueTask DisposeAsync() => _ram.DisposeAsync();

    /// <summary>Completes when the store was read so many times more. The store must be in use.</summary>
    public Task MoreReadsAsync(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _reached, reached);
        Interlocked.Exchange(ref _wanted, Reads + count);
        return reached.Task;
    }
}
