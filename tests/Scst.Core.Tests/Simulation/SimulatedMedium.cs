using System;

namespace Scst.Tests.Simulation;

/// <summary>
/// The bytes that one WRITE of the simulation goes to, which nobody else writes. So whatever is there is its doing, and its alone.
/// </summary>
internal sealed class SimulatedMedium
{
    internal const int Length = 512;

    // Addresses that nobody reads: each command has a page of them.
    private const int AddressShift = 12;

    private readonly byte[] _bytes = new byte[Length];
    private readonly ulong _tag;
    private byte[]? _frozen;

    internal SimulatedMedium(ulong tag) => _tag = tag;

    /// <summary>Whether no byte was changed.</summary>
    internal bool IsUntouched => _bytes.AsSpan().IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Whether all of the data is there.</summary>
    internal bool IsWritten
    {
        get
        {
            for (int i = 0; i < Length; i++)
            {
                if (_bytes[i] != DataAt(i))
                    return false;
            }
            return true;
        }
    }

    /// <summary>Whether a byte has changed since <see cref="Freeze"/>.</summary>
    internal bool HasChanged => _frozen is not null && !_frozen.AsSpan().SequenceEqual(_bytes);

    /// <summary>A byte of the data that the initiator sends; none is zero.</summary>
    internal byte DataAt(int offset) => (byte)(1 + (((int)_tag * 31) + (offset * 7)) % 251);

    /// <summary>From here on no byte may change.</summary>
    internal void Freeze() => _frozen ??= (byte[])_bytes.Clone();

    internal DataSegment Address(int offset, int length) => DataSegment.FromAddress((nint)(((long)_tag << AddressShift) + offset), length);

    internal DataSegment Memory(int offset, int length) => DataSegment.FromMemory(_bytes, offset, length);

    /// <summary>Whether a segment is of the medium, so that what is there needs not to be written any more.</summary>
    internal bool Owns(in DataSegment segment) => segment.Kind != SegmentKind.Memory || segment.Array.Array == _bytes;

    /// <summary>The handler writes what it was given in memory.</summary>
    internal void Write(int offset, ReadOnlySpan<byte> data) => data.CopyTo(_bytes.AsSpan(offset));

    /// <summary>A system call of the driver puts data, or what it left half done, into a segment.</summary>
    /// <param name="segment">Where.</param>
    /// <param name="inside">First byte in the segment.</param>
    /// <param name="offset">The same byte, counted from the start of the data.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="isBroken">Whether the bytes are none of the data's.</param>
    internal void Receive(in DataSegment segment, int inside, int offset, int length, bool isBroken = false)
    {
        Span<byte> destination = segment.Kind == SegmentKind.Memory
            ? segment.Span.Slice(inside, length)
            : _bytes.AsSpan((int)((long)segment.Address - ((long)_tag << AddressShift)) + inside, length);
        for (int i = 0; i < length; i++)
            destination[i] = isBroken ? (byte)0xFF : DataAt(offset + i);
    }
}
