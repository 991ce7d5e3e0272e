using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>READ BUFFER descriptor of a buffer and of the echo buffer (SPC-6, descriptor mode and echo buffer descriptor mode).</summary>
public static class BufferDescriptor
{
    /// <summary>Bytes of a descriptor.</summary>
    public const int Length = 4;

    /// <summary>The largest capacity that the descriptor of an echo buffer can tell: 13 bits.</summary>
    public const int MaxEchoCapacity = 0x1FFF;

    private const int MaxCapacity = 0xFFFFFF;
    private const byte EchoBufferOverwrittenSupported = 0x01;

    /// <summary>Writes the descriptor of a buffer.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="offsetBoundary">OFFSET BOUNDARY: offsets are multiples of two to the power of it.</param>
    /// <param name="capacity">BUFFER CAPACITY in bytes, 24 bits; zero: there is no such buffer.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is out of range.</exception>
    public static int Write(Span<byte> destination, byte offsetBoundary, int capacity)
    {
        if (capacity is < 0 or > MaxCapacity)
            throw new ArgumentOutOfRangeException(nameof(capacity));
        BinaryPrimitives.WriteInt32BigEndian(destination, capacity);
        destination[0] = offsetBoundary;
        return Length;
    }

    /// <summary>Writes the descriptor of the echo buffer.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="isOwn">
    /// EBOS: no I_T nexus reads from the echo buffer what another has written; there is one for each, or the command is refused.
    /// </param>
    /// <param name="capacity">BUFFER CAPACITY in bytes, a multiple of four up to <see cref="MaxEchoCapacity"/>.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is out of range.</exception>
    public static int WriteEcho(Span<byte> destination, bool isOwn, int capacity)
    {
        if (capacity is < 0 or > MaxEchoCapacity || capacity % 4 != 0)
            throw new ArgumentOutOfRangeException(nameof(capacity));
        BinaryPrimitives.WriteInt32BigEndian(destination, capacity);
        destination[0] = isOwn ? EchoBufferOverwrittenSupported : (byte)0;
        return Length;
    }
}
