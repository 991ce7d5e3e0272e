using System;
using System.Threading.Tasks;

namespace Scst.VDisk;

/// <summary>
/// A store that keeps nothing: writes are discarded and answered <see cref="StoreStatus.Ok"/>, reads give zeros. For measuring
/// everything but the medium. <b>Whatever is written to it is lost.</b> Every operation completes synchronously.
/// </summary>
public sealed class NullStore : IBlockStore, IUnmapStore, IStoreCharacteristics, IMemoryLendingStore
{
    private static readonly byte[] _zeros = new byte[64 << 10];

    /// <summary>Makes a null store.</summary>
    /// <param name="length">Its size in bytes, a positive multiple of 512; costs nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is not a positive multiple of 512.</exception>
    public NullStore(long length) => Length = StoreRange.CheckLength(length);

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>One sector: there is nothing to free.</summary>
    public long UnmapGranularity => StoreRange.SectorSize;

    /// <summary>False: no flush could save anything.</summary>
    public bool HasVolatileWriteCache => false;

    /// <inheritdoc/>
    public int PhysicalBlockSize => 0;

    /// <inheritdoc/>
    public int OptimalTransferSize => 0;

    /// <summary>1: non-rotating medium.</summary>
    public int MediumRotationRate => 1;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the store.</exception>
    public ValueTask<StoreStatus> ReadAsync(long offset, Memory<byte> destination)
    {
        StoreRange.Check(Length, offset, destination.Length);
        destination.Span.Clear();
        return new ValueTask<StoreStatus>(StoreStatus.Ok);
    }

    /// <summary>Discards the bytes.</summary>
    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the store.</exception>
    public ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options)
    {
        StoreRange.Check(Length, offset, source.Length);
        return new ValueTask<StoreStatus>(StoreStatus.Ok);
    }

    /// <summary>Has nothing to do.</summary>
    /// <returns><see cref="StoreStatus.Ok"/>.</returns>
    public ValueTask<StoreStatus> FlushAsync() => new(StoreStatus.Ok);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the store.</exception>
    public ValueTask<StoreStatus> UnmapAsync(long offset, long length)
    {
        StoreRange.Check(Length, offset, length);
        return new ValueTask<StoreStatus>(StoreStatus.Ok);
    }

    /// <inheritdoc/>
    bool IMemoryLendingStore.TryLend(long offset, int length, out ArraySegment<byte> bytes)
    {
        bool fits = length <= _zeros.Length;
        bytes = fits ? new ArraySegment<byte>(_zeros, 0, length) : default;
        return fits;
    }

    /// <summary>Has nothing to let go of.</summary>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync() => default;
}
