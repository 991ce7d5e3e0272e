using System;
using System.Threading.Tasks;

namespace Scst.VDisk.Tests;

/// <summary>A store without bytes on a medium of which everything can be said.</summary>
internal sealed class LimitedStore : IBlockStore, IStoreCharacteristics
{
    internal LimitedStore(long length) => Length = length;

    public long Length { get; }

    public bool HasVolatileWriteCache => true;

    public int LogicalBlockSize { get; init; }

    public int PhysicalBlockSize { get; init; }

    public int AlignmentOffset { get; init; }

    public int OptimalTransferSize { get; init; }

    public int MaxTransferSize { get; init; }

    public int MediumRotationRate { get; init; }

    public ValueTask<StoreStatus> ReadAsync(long offset, Memory<byte> destination)
    {
        destination.Span.Clear();
        return new ValueTask<StoreStatus>(StoreStatus.Ok);
    }

    public ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options) => new(StoreStatus.Ok);

    public ValueTask<StoreStatus> FlushAsync() => new(StoreStatus.Ok);

    public ValueTask DisposeAsync() => default;
}
