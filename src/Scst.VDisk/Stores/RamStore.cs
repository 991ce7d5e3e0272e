using System;
using System.Threading;
using System.Threading.Tasks;

namespace Scst.VDisk;

/// <summary>
/// A store in memory, sparse: only what has been written takes room, in chunks of 64 KiB, and unmapping whole chunks gives it
/// back. Nothing survives the process. Every operation completes synchronously and takes no lock; only the first write to a chunk
/// allocates.
/// </summary>
public sealed class RamStore : IBlockStore, IUnmapStore, IMappingStore, IAtomicWriteStore, IStoreCharacteristics
{
    private readonly long _memoryLimit;
    private ChunkTable? _chunks;
    private long _memoryUsed;

    /// <summary>Makes an empty store with no memory limit of its own.</summary>
    /// <param name="length">Its size in bytes, a positive multiple of 512; many TiB cost a table of some hundred KiB.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is not a positive multiple of 512.</exception>
    public RamStore(long length)
        : this(length, long.MaxValue)
    {
    }

    /// <summary>Makes an empty store that answers <see cref="StoreStatus.NoSpace"/> rather than exceed a limit.</summary>
    /// <param name="length">Its size in bytes, a positive multiple of 512.</param>
    /// <param name="memoryLimit">The most bytes of data to hold at once, not negative; counted in whole chunks.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="length"/> is not a positive multiple of 512, or <paramref name="memoryLimit"/> is negative.
    /// </exception>
    public RamStore(long length, long memoryLimit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(memoryLimit);
        Length = StoreRange.CheckLength(length);
        _memoryLimit = memoryLimit;
        _chunks = new ChunkTable(length);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>The bytes of data held at the moment, in whole chunks; the tables come on top.</summary>
    public long MemoryUsed => Interlocked.Read(ref _memoryUsed);

    /// <summary>64 KiB: a chunk.</summary>
    public long UnmapGranularity => ChunkTable.ChunkSize;

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
        ChunkTable? chunks = Volatile.Read(ref _chunks);
        if (chunks is null) return new ValueTask<StoreStatus>(StoreStatus.Gone);

        Span<byte> rest = destination.Span;
        while (!rest.IsEmpty)
        {
            int within = ChunkTable.Within(offset);
            Span<byte> part = rest[..Math.Min(rest.Length, ChunkTable.ChunkSize - within)];
            byte[]? chunk = chunks.Find(offset);
            if (chunk is null) part.Clear();
            else ChunkTable.BytesOf(chunk).Slice(within, part.Length).CopyTo(part);
            rest = rest[part.Length..];
            offset += part.Length;
        }

        return new ValueTask<StoreStatus>(StoreStatus.Ok);
    }

    /// <inheritdoc/>
    /// <remarks><see cref="StoreStatus.NoSpace"/> if the memory limit is reached or the process has no more memory.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the store.</exception>
    public ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options)
    {
        StoreRange.Check(Length, offset, source.Length);
        ChunkTable? chunks = Volatile.Read(ref _chunks);
        if (chunks is null) return new ValueTask<StoreStatus>(StoreStatus.Gone);

        ReadOnlySpan<byte> rest = source.Span;
        while (!rest.IsEmpty)
        {
            int within = ChunkTable.Within(offset);
            ReadOnlySpan<byte> part = rest[..Math.Min(rest.Length, ChunkTable.ChunkSize - within)];
            byte[]? chunk = chunks.Find(offset) ?? Allocate(chunks, offset);
            if (chunk is null) return new ValueTask<StoreStatus>(StoreStatus.NoSpace);
            part.CopyTo(ChunkTable.BytesOf(chunk)[within..]);
            rest = rest[part.Length..];
            offset += part.Length;
        }

        return new ValueTask<StoreStatus>(StoreStatus.Ok);
    }

    /// <summary>16 MiB. Nothing survives a loss of power, so nothing survives it in part.</summary>
    public int MaxAtomicWriteSize => 16 << 20;

    /// <summary>Takes all the memory that the write needs before it changes a byte.</summary>
    /// <inheritdoc/>
    /// <remarks><see cref="StoreStatus.NoSpace"/> if the memory limit is reached or the process has no more memory.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the store.</exception>
    public ValueTask<StoreStatus> WriteAtomicAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options)
    {
        StoreRange.Check(Length, offset, source.Length);
        ChunkTable? chunks = Volatile.Read(ref _chunks);
        if (chunks is null) return new ValueTask<StoreStatus>(StoreStatus.Gone);

        for (long at = offset; at < offset + source.Length; at += ChunkTable.ChunkSize - ChunkTable.Within(at))
        {
            if ((chunks.Find(at) ?? Allocate(chunks, at)) is null) return new ValueTask<StoreStatus>(StoreStatus.NoSpace);
        }

        return WriteAsync(offset, source, options);
    }

    /// <summary>Has nothing to do: there is no storage more stable than this one.</summary>
    /// <returns><see cref="StoreStatus.Ok"/>.</returns>
    public ValueTask<StoreStatus> FlushAsync() =>
        new(Volatile.Read(ref _chunks) is null ? StoreStatus.Gone : StoreStatus.Ok);

    /// <summary>
    /// Frees the chunks that lie wholly in the range and zeroes the rest of it.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the store.</exception>
    public ValueTask<StoreStatus> UnmapAsync(long offset, long length)
    {
        StoreRange.Check(Length, offset, length);
        ChunkTable? chunks = Volatile.Read(ref _chunks);
        if (chunks is null) return new ValueTask<StoreStatus>(StoreStatus.Gone);

        long end = offset + length;
        while (offset < end)
        {
            // Holes are skipped a leaf at a time, so that unmapping a whole multi-TiB disk looks at what it holds, not at its size.
            long hole = chunks.HoleAt(offset);
            if (hole > 0)
            {
                offset += Math.Min(hole, end - offset);
                continue;
            }

            int within = ChunkTable.Within(offset);
            int part = (int)Math.Min(end - offset, ChunkTable.ChunkSize - within);
            // The last chunk may be cut off by the end of the store; it is whole when nothing of the store is left in it.
            bool whole = within == 0 && (part == ChunkTable.ChunkSize || offset + part == Length);
            if (!whole)
            {
                if (chunks.Find(offset) is { } chunk) ChunkTable.BytesOf(chunk).Slice(within, part).Clear();
            }
            else if (chunks.Remove(offset)) Interlocked.Add(ref _memoryUsed, -ChunkTable.ChunkSize);
            offset += part;
        }

        return new ValueTask<StoreStatus>(StoreStatus.Ok);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the store.</exception>
    public ValueTask<StoreMapping> FindMappingAsync(long offset, long length)
    {
        StoreRange.Check(Length, offset, length);
        ChunkTable? chunks = Volatile.Read(ref _chunks);
        if (chunks is null) return new ValueTask<StoreMapping>(new StoreMapping(StoreStatus.Gone, IsMapped: true, Length: 0));

        long end = offset + length;
        long next = offset;
        bool isMapped = chunks.HoleAt(offset) == 0;
        for (long hole; next < end && (hole = chunks.HoleAt(next)) == 0 == isMapped;)
            next += isMapped ? ChunkTable.ChunkSize - ChunkTable.Within(next) : hole;
        // Unmapped in the meantime: what holds for one byte is an answer too.
        return new ValueTask<StoreMapping>(new StoreMapping(StoreStatus.Ok, isMapped, Math.Clamp(next - offset, 1, length)));
    }

    /// <summary>Lets go of the data. Later operations answer <see cref="StoreStatus.Gone"/>.</summary>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _chunks, null) is not null) Interlocked.Exchange(ref _memoryUsed, 0);
        return default;
    }

    private byte[]? Allocate(ChunkTable chunks, long offset)
    {
        if (Interlocked.Add(ref _memoryUsed, ChunkTable.ChunkSize) <= _memoryLimit)
        {
            byte[]? mine = ChunkTable.NewChunk();
            byte[]? chunk = mine is null ? null : chunks.Install(offset, mine);
            if (chunk is not null && ReferenceEquals(chunk, mine)) return chunk;
            Interlocked.Add(ref _memoryUsed, -ChunkTable.ChunkSize);
            return chunk;
        }

        Interlocked.Add(ref _memoryUsed, -ChunkTable.ChunkSize);
        // Another write may have brought the chunk in the meantime: then there is no room to ask for.
        return chunks.Find(offset);
    }
}
