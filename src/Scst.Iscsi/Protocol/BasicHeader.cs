using System;
using System.Buffers.Binary;

namespace Scst.Iscsi.Protocol;

/// <summary>
/// The Basic Header Segment: the 48 bytes every PDU begins with, and the fields common to all PDUs (RFC 7143 11.2.1).
/// </summary>
internal readonly ref struct BasicHeader
{
    public const int Length = 48;
    public const int DigestLength = 4;
    public const int MaxDataSegmentLength = 0xff_ffff;
    public const int MaxAhsLength = byte.MaxValue * 4;

    /// <summary>The value of a task or transfer tag that names nothing.</summary>
    public const uint ReservedTag = 0xffff_ffff;

    private readonly ReadOnlySpan<byte> _bytes;

    private BasicHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Exactly the 48 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public IscsiOpcode Opcode => (IscsiOpcode)(_bytes[0] & 0x3f);

    public bool IsImmediate => (_bytes[0] & 0x40) != 0;

    public bool IsFinal => (_bytes[1] & 0x80) != 0;

    /// <summary>All additional header segments together, in bytes; always a multiple of four.</summary>
    public int TotalAhsLength => _bytes[4] * 4;

    /// <summary>Bytes of data, without padding and digest.</summary>
    public int DataSegmentLength => (_bytes[5] << 16) | (_bytes[6] << 8) | _bytes[7];

    /// <summary>Bytes of data with the padding to a multiple of four (RFC 7143 11.2.3).</summary>
    public int PaddedDataSegmentLength => Pad(DataSegmentLength);

    /// <summary>The eight bytes of the LUN field as they are on the wire.</summary>
    public ReadOnlySpan<byte> LunBytes => _bytes.Slice(8, 8);

    /// <summary>The LUN field read as one big-endian number.</summary>
    public ulong Lun => BinaryPrimitives.ReadUInt64BigEndian(_bytes[8..]);

    public uint InitiatorTaskTag => BinaryPrimitives.ReadUInt32BigEndian(_bytes[16..]);

    /// <summary>Takes the first 48 bytes of <paramref name="bytes"/>; false if there are fewer.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BasicHeader header)
    {
        if (bytes.Length < Length)
        {
            header = default;
            return false;
        }

        header = new BasicHeader(bytes[..Length]);
        return true;
    }

    public static int Pad(int length) => (length + 3) & ~3;

    /// <summary>
    /// Bytes that follow this header on the wire. The header digest covers header and AHS; the data digest is there only
    /// if there is data (RFC 7143 11.2.4).
    /// </summary>
    public int LengthAfterHeader(bool headerDigest, bool dataDigest)
    {
        var data = PaddedDataSegmentLength;
        return TotalAhsLength + (headerDigest ? DigestLength : 0) + data + (dataDigest && data != 0 ? DigestLength : 0);
    }

    internal byte GetByte(int offset) => _bytes[offset];

    internal ushort GetUInt16(int offset) => BinaryPrimitives.ReadUInt16BigEndian(_bytes[offset..]);

    internal uint GetUInt32(int offset) => BinaryPrimitives.ReadUInt32BigEndian(_bytes[offset..]);

    internal SerialNumber32 GetSerial(int offset) => new(GetUInt32(offset));
}
