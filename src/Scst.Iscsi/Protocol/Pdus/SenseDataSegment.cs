using System;
using System.Buffers.Binary;

namespace Scst.Iscsi.Protocol;

/// <summary>
/// The data segment of a SCSI Response or a SCSI asynchronous event: SenseLength (two bytes), sense data, and what else the
/// PDU carries (RFC 7143 11.4.7 and 11.9.4).
/// </summary>
internal static class SenseDataSegment
{
    public const int SenseLengthSize = 2;

    /// <summary>Writes SenseLength and sense data and returns the bytes written; 0 if there is no sense data.</summary>
    /// <exception cref="ArgumentException">The destination is too short, or there are more than 65,535 bytes of sense data.</exception>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> sense)
    {
        if (sense.IsEmpty)
            return 0;
        if (sense.Length > ushort.MaxValue)
            throw new ArgumentException("SenseLength has 16 bits.", nameof(sense));
        if (destination.Length < sense.Length + SenseLengthSize)
            throw new ArgumentException("No room for the sense data.", nameof(destination));
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)sense.Length);
        sense.CopyTo(destination[SenseLengthSize..]);
        return sense.Length + SenseLengthSize;
    }

    /// <summary>False if SenseLength claims more than there is.</summary>
    public static bool TryRead(ReadOnlySpan<byte> segment, out ReadOnlySpan<byte> sense)
    {
        sense = default;
        if (segment.IsEmpty)
            return true;
        if (segment.Length < SenseLengthSize)
            return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(segment);
        if (length > segment.Length - SenseLengthSize)
            return false;
        sense = segment.Slice(SenseLengthSize, length);
        return true;
    }
}
