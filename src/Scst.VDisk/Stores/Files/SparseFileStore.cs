using System.Threading.Tasks;

namespace Scst.VDisk;

/// <summary>A <see cref="FileStore"/> on a file system that can punch holes; a type of its own so that the interface tells the truth.</summary>
internal sealed class SparseFileStore : FileStore, IUnmapStore, IMappingStore
{
    internal SparseFileStore(IFileIo io, long length, FileStoreOptions options)
        : base(io, length, options) => UnmapGranularity = io.Holes!.HoleGranularity;

    /// <inheritdoc/>
    public long UnmapGranularity { get; }

    /// <inheritdoc/>
    public ValueTask<StoreStatus> UnmapAsync(long offset, long length) => QueueUnmapAsync(offset, length);

    /// <inheritdoc/>
    public ValueTask<StoreMapping> FindMappingAsync(long offset, long length) => MapAsync(offset, length);
}
