using System;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Threading;

namespace Scst.VDisk;

/// <summary>
/// From offsets to chunks of memory: two levels, both filled on demand and both published by compare-and-swap, so that readers
/// take no lock and a chunk, once seen, is complete.
/// </summary>
/// <remarks>
/// A removed chunk is left to the garbage collector and never reused: a read that still copies from it must not see the bytes of
/// another range.
/// </remarks>
internal sealed class ChunkTable
{
    internal const int ChunkSize = 1 << ChunkBits;
    private const int ChunkBits = 16;

    // Data buffers begin at multiples of this too; copies between places that lie a few bytes apart modulo the page size,
    // such as a buffer and the bytes of a plain array, are a hundred times slower on some processors.
    private const int Alignment = 64;

    private readonly byte[]?[]?[] _root;
    private readonly int _leafBits;

    internal ChunkTable(long length)
    {
        long chunks = ((length - 1) >> ChunkBits) + 1;
        // Both levels get half of the bits: the root is paid for at once, a leaf for each island of data.
        _leafBits = Math.Max(4, (64 - BitOperations.LeadingZeroCount((ulong)chunks - 1) + 1) / 2);
        _root = new byte[]?[]?[((chunks - 1) >> _leafBits) + 1];
    }

    /// <summary>The place of an offset within its chunk.</summary>
    internal static int Within(long offset) => (int)(offset & (ChunkSize - 1));

    /// <summary>A zeroed chunk, or null if there is no memory.</summary>
    internal static byte[]? NewChunk()
    {
        try
        {
            // Pinned: chunks live long and are all of one size, so the collector need not copy them from generation to generation.
            return GC.AllocateArray<byte>(ChunkSize + Alignment, pinned: true);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>The <see cref="ChunkSize"/> bytes of a chunk, which begin at a multiple of 64.</summary>
    internal static Span<byte> BytesOf(byte[] chunk)
    {
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(chunk, 0);
        return chunk.AsSpan((int)(-address & (Alignment - 1)), ChunkSize);
    }

    internal byte[]? Find(long offset)
    {
        long index = offset >> ChunkBits;
        byte[]?[]? leaf = Volatile.Read(ref _root[index >> _leafBits]);
        return leaf is null ? null : Volatile.Read(ref leaf[index & ((1L << _leafBits) - 1)]);
    }

    /// <summary>How many bytes from <paramref name="offset"/> on are known to be a hole; 0 if there is a chunk.</summary>
    internal long HoleAt(long offset)
    {
        long index = offset >> ChunkBits;
        if (Volatile.Read(ref _root[index >> _leafBits]) is null)
        {
            int span = _leafBits + ChunkBits;
            return (((offset >> span) + 1) << span) - offset;
        }

        return Find(offset) is null ? ChunkSize - Within(offset) : 0;
    }

    /// <summary>
    /// Puts a chunk in place and answers the one that stands there: <paramref name="chunk"/>, or that of a writer who was faster.
    /// Null if there is no memory for the table.
    /// </summary>
    internal byte[]? Install(long offset, byte[] chunk)
    {
        long index = offset >> ChunkBits;
        byte[]?[]? leaf = Volatile.Read(ref _root[index >> _leafBits]);
        if (leaf is null)
        {
            try
            {
                leaf = PublishLeaf(offset, new byte[]?[1L << _leafBits]);
            }
            catch (OutOfMemoryException)
            {
                return null;
            }
        }

        return Interlocked.CompareExchange(ref leaf[index & ((1L << _leafBits) - 1)], chunk, null) ?? chunk;
    }

    /// <summary>The second half of making a leaf, after it was found missing: answers the one that stands there.</summary>
    internal byte[]?[] PublishLeaf(long offset, byte[]?[] leaf) =>
        Interlocked.CompareExchange(ref _root[offset >> ChunkBits >> _leafBits], leaf, null) ?? leaf;

    /// <summary>Takes the chunk out; false if another unmap was faster or there was none.</summary>
    internal bool Remove(long offset)
    {
        long index = offset >> ChunkBits;
        byte[]?[]? leaf = Volatile.Read(ref _root[index >> _leafBits]);
        return leaf is not null && Interlocked.Exchange(ref leaf[index & ((1L << _leafBits) - 1)], null) is not null;
    }
}
