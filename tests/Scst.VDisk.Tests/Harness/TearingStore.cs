using System;
using System.Threading;
using System.Threading.Tasks;

namespace Scst.VDisk.Tests;

/// <summary>
/// A store that does everything in two halves and lets others run between them; some operations end before the call returns, others
/// on another thread. So whatever overlaps is seen to overlap.
/// </summary>
internal sealed class TearingStore : IBlockStore
{
    private readonly byte[] _bytes;
    private int _operations;

    internal TearingStore(int length) => _bytes = new byte[length];

    public long Length => _bytes.Length;

    public ValueTask<StoreStatus> ReadAsync(long offset, Memory<byte> destination)
    {
        int half = destination.Length / 2;
        return TearAsync(
            () => _bytes.AsSpan((int)offset, half).CopyTo(destination.Span),
            () => _bytes.AsSpan((int)offset + half, destination.Length - half).CopyTo(destination.Span.Slice(half)));
    }

    public ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options)
    {
        int half = source.Length / 2;
        return TearAsync(
            () => source.Span.Slice(0, half).CopyTo(_bytes.AsSpan((int)offset)),
            () => source.Span.Slice(half).CopyTo(_bytes.AsSpan((int)offset + half)));
    }

    public ValueTask<StoreStatus> FlushAsync() => new(StoreStatus.Ok);

    public ValueTask DisposeAsync() => default;

    private async ValueTask<StoreStatus> TearAsync(Action first, Action second)
    {
        int operation = Interlocked.Increment(ref _operations);
        if (operation % 3 == 0)
            await Task.Yield();
        first();
        if (operation % 2 == 0)
            Thread.Yield();
        second();
        return StoreStatus.Ok;
    }
}
