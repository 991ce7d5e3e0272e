using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Scst.VDisk.Tests;

/// <summary>A store over an array that promises atomic writes and writes down how it was asked for them.</summary>
internal sealed class AtomicStore : IBlockStore, IAtomicWriteStore
{
    internal AtomicStore(int length) => Bytes = new byte[length];

    public long Length => Bytes.Length;

    public int MaxAtomicWriteSize { get; init; } = 64 << 10;

    public int AtomicWriteUnit { get; init; }

    internal byte[] Bytes { get; }

    /// <summary>Everything but reads.</summary>
    internal List<(string What, long Offset, int Length, bool IsForced)> Calls { get; } = [];

    internal StoreStatus Answer { get; set; }

    public ValueTask<StoreStatus> ReadAsync(long offset, Memory<byte> destination)
    {
        Bytes.AsMemory((int)offset, destination.Length).CopyTo(destination);
        return new(StoreStatus.Ok);
    }

    public ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options) =>
        Write("write", offset, source, options);

    public ValueTask<StoreStatus> WriteAtomicAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options) =>
        Write("atomic", offset, source, options);

    public ValueTask<StoreStatus> FlushAsync()
    {
        Calls.Add(("flush", 0, 0, false));
        return new(StoreStatus.Ok);
    }

    public ValueTask DisposeAsync() => default;

    private ValueTask<StoreStatus> Write(string what, long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options)
    {
        Calls.Add((what, offset, source.Length, options == StoreWriteOptions.ForceUnitAccess));
        if (Answer == StoreStatus.Ok)
            source.CopyTo(Bytes.AsMemory((int)offset));
        return new(Answer);
    }
}
