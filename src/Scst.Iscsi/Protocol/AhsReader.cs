using System;
using System.Buffers.Binary;

namespace Scst.Iscsi.Protocol;

/// <summary>
/// The additional header segments of a SCSI Command: the rest of a long CDB, and the read length of a bidirectional command
/// (RFC 7143 11.2.2).
/// </summary>
internal readonly ref struct AhsReader
{
    private const int ExtendedCdbType = 1;
    private const int BidirectionalReadLengthType = 2;

    // AHSLength and AHSType, which AHSLength does not count.
    private const int PrefixLength = 3;
    private const int BidirectionalAhsLength = 5;

    // A CDB has at most 260 bytes, 16 of them in the header; AHSLength = CDB length - 15 (RFC 7143 11.2.2.3).
    private const int MinExtendedCdbAhsLength = 2;
    private const int MaxExtendedCdbAhsLength = 245;

    private AhsReader(ReadOnlySpan<byte> extendedCdb, uint? bidirectionalReadLength)
    {
        ExtendedCdb = extendedCdb;
        BidirectionalReadLength = bidirectionalReadLength;
    }

    /// <summary>The bytes of the CDB from the 17th on; empty if there are none.</summary>
    public ReadOnlySpan<byte> ExtendedCdb { get; }

    /// <summary>Expected bytes of the read part of a bidirectional command.</summary>
    public uint? BidirectionalReadLength { get; }

    /// <summary>Reads all segments; on a fault <paramref name="result"/> is empty.</summary>
    public static AhsFault Read(ReadOnlySpan<byte> segments, out AhsReader result)
    {
        result = default;
        ReadOnlySpan<byte> extendedCdb = default;
        uint? bidirectionalReadLength = null;
        while (!segments.IsEmpty)
        {
            if (segments.Length < PrefixLength)
                return AhsFault.Truncated;
            var length = BinaryPrimitives.ReadUInt16BigEndian(segments);
            if (length > segments.Length - PrefixLength)
                return AhsFault.Truncated;
            var specific = segments.Slice(PrefixLength, length);
            switch (segments[2] & 0x3f)
            {
                case ExtendedCdbType:
                    if (length is < MinExtendedCdbAhsLength or > MaxExtendedCdbAhsLength)
                        return AhsFault.BadLength;
                    if (!extendedCdb.IsEmpty)
                        return AhsFault.Duplicate;
                    extendedCdb = specific[1..];
                    break;
                case BidirectionalReadLengthType:
                    if (length != BidirectionalAhsLength)
                        return AhsFault.BadLength;
                    if (bidirectionalReadLength is not null)
                        return AhsFault.Duplicate;
                    bidirectionalReadLength = BinaryPrimitives.ReadUInt32BigEndian(specific[1..]);
                    break;
                default:
                    return AhsFault.UnknownType;
            }

            segments = segments[Math.Min(BasicHeader.Pad(PrefixLength + length), segments.Length)..];
        }

        result = new AhsReader(extendedCdb, bidirectionalReadLength);
        return AhsFault.None;
    }
}
