using System;
using System.Threading.Tasks;

namespace Scst.VDisk.Tests;

/// <summary>A store that takes its device away after itself.</summary>
internal sealed class OwningStore : IBlockStore
{
    private readonly FileStore _store;
    private readonly LoopDevice _device;

    internal OwningStore(FileStore store, LoopDevice device)
    {
        _store = store;
        _device = device;
    }

    public long Length => _store.Length;

    public bool IsReadOnly => _store.IsReadOnly;

    public ValueTask<StoreStatus> ReadAsync(long offset, Memory<byte> destination) => _store.ReadAsync(offset, destination);

    public ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options) =>
        _store.WriteAsync(offset, source, options);

    public ValueTask<StoreStatus> FlushAsync() => _store.FlushAsync();

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _device.Dispose();
    }
}
