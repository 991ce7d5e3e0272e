using System;
using System.Threading.Tasks;

namespace Scst.VDisk.Tests;

/// <summary>The least that a disk can be: what somebody writes who brings only bytes.</summary>
internal sealed class ArrayStore : IBlockStore
{
    private readonly byte[] _bytes;

    internal ArrayStore(int length) => _bytes = new byte[length];

    public long Length => _bytes.Length;

    public ValueTask<StoreStatus> ReadAsync(long offset, Memory<byte> destination)
    {
        _bytes.AsMemory((int)offset, destination.Length).CopyTo(destination);
        return new ValueTask<StoreStatus>(StoreStatus.Ok);
    }

    public ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options)
    {
        source.CopyTo(_bytes.AsMemory((int)offset));
        return new ValueTask<StoreStatus>(StoreStatus.Ok);
    }

    public ValueTask<StoreStatus> FlushAsync() => new(StoreStatus.Ok);

    public ValueTask DisposeAsync() => default;
}
