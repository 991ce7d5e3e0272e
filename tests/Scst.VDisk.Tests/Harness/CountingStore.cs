using System;
using System.Threading;
using System.Threading.Tasks;

namespace Scst.VDisk.Tests;

/// <summary>A store without bytes that counts what is read and written, and by whom.</summary>
internal sealed class CountingStore : IBlockStore
{
    private long _bytesRead;
    private long _bytesWritten;

    internal CountingStore(long length) => Length = length;

    public long Length { get; }

    /// <summary>The thread that is inside a submission now; 0 if none is.</summary>
    internal int Submitter { get; set; }

    internal long BytesRead => Interlocked.Read(ref _bytesRead);

    internal long BytesReadBySubmitter { get; private set; }

    internal int LargestRead { get; private set; }

    internal long BytesWritten => Interlocked.Read(ref _bytesWritten);

    internal long BytesWrittenBySubmitter { get; private set; }

    internal int LargestWrite { get; private set; }

    public ValueTask<StoreStatus> ReadAsync(long offset, Memory<byte> destination)
    {
        Interlocked.Add(ref _bytesRead, destination.Length);
        LargestRead = Math.Max(LargestRead, destination.Length);
        if (Submitter == Environment.CurrentManagedThreadId)
            BytesReadBySubmitter += destination.Length;
        return new ValueTask<StoreStatus>(StoreStatus.Ok);
    }

    public ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options)
    {
        Interlocked.Add(ref _bytesWritten, source.Length);
        LargestWrite = Math.Max(LargestWrite, source.Length);
        if (Submitter == Environment.CurrentManagedThreadId)
            BytesWrittenBySubmitter += source.Length;
        return new ValueTask<StoreStatus>(StoreStatus.Ok);
    }

    public ValueTask<StoreStatus> FlushAsync() => new(StoreStatus.Ok);

    public ValueTask DisposeAsync() => default;
}
