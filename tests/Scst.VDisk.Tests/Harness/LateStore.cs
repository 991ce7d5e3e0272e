using System;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Scst.VDisk.Tests;

/// <summary>A store with one reusable operation that ends when the test says so; it allocates nothing.</summary>
internal sealed class LateStore : IBlockStore, IValueTaskSource<StoreStatus>
{
    private ManualResetValueTaskSourceCore<StoreStatus> _core;

    internal LateStore(long length) => Length = length;

    public long Length { get; }

    public ValueTask<StoreStatus> ReadAsync(long offset, Memory<byte> destination) => new(this, _core.Version);

    public ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options) =>
        new(this, _core.Version);

    public ValueTask<StoreStatus> FlushAsync() => new(StoreStatus.Ok);

    public ValueTask DisposeAsync() => default;

    internal void Finish() => _core.SetResult(StoreStatus.Ok);

    public StoreStatus GetResult(short token)
    {
        StoreStatus status = _core.GetResult(token);
        _core.Reset();
        return status;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
