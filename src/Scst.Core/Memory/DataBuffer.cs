using System;
using System.Threading;

namespace Scst;

/// <summary>
/// A buffer of a <see cref="DataBufferPool"/>. It has one owner at any moment; whoever holds it returns it exactly once.
/// </summary>
public sealed class DataBuffer
{
    private readonly byte[] _array;
    private int _rented;

    internal DataBuffer(byte[] array, int offset, int capacity, int sizeClass)
    {
        _array = array;
        Offset = offset;
        Capacity = capacity;
        SizeClass = sizeClass;
    }

    /// <summary>Capacity in bytes; at least what was asked for.</summary>
    public int Capacity { get; }

    /// <summary>The pinned array behind the buffer.</summary>
    /// <exception cref="InvalidOperationException">The buffer was returned to its pool.</exception>
    public byte[] Array => Volatile.Read(ref _rented) == 1
        ? _array
        : throw new InvalidOperationException("The buffer was returned to its pool.");

    /// <summary>Where the buffer begins in <see cref="Array"/>: in memory at a multiple of 512 bytes, from 16 KiB on of 4096 (net10.0).</summary>
    public int Offset { get; }

    /// <summary>The buffer's bytes, <see cref="Capacity"/> of them.</summary>
    /// <exception cref="InvalidOperationException">The buffer was returned to its pool.</exception>
    public Memory<byte> Memory => new(Array, Offset, Capacity);

    internal int SizeClass { get; }

    internal void MarkRented() => Volatile.Write(ref _rented, 1);

    internal void MarkReturned()
    {
        if (Interlocked.Exchange(ref _rented, 0) == 0)
            throw new InvalidOperationException("The buffer was returned to its pool twice.");
#if DEBUG
        // A stale read shows at once instead of looking like good data.
        _array.AsSpan(Offset, Capacity).Fill(0xDB);
#endif
    }
}
