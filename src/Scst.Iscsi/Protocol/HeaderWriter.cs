using System;
using System.Buffers.Binary;

namespace Scst.Iscsi.Protocol;

/// <summary>Fills the 48 bytes of a header; every PDU's Write method begins here.</summary>
internal readonly ref struct HeaderWriter
{
    private readonly Span<byte> _bytes;

    /// <summary>Zeroes the header, so that every reserved field is zero, and sets the fields all PDUs have.</summary>
    /// <exception cref="ArgumentException">The span is shorter than 48 bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The data segment length does not fit its 24 bits.</exception>
    public HeaderWriter(Span<byte> bytes, IscsiOpcode opcode, int flags, int dataSegmentLength, uint initiatorTaskTag)
    {
        if (bytes.Length < BasicHeader.Length)
            throw new ArgumentException("A header takes 48 bytes.", nameof(bytes));
        ArgumentOutOfRangeException.ThrowIfNegative(dataSegmentLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dataSegmentLength, BasicHeader.MaxDataSegmentLength);

        _bytes = bytes[..BasicHeader.Length];
        _bytes.Clear();
        _bytes[0] = (byte)opcode;
        _bytes[1] = (byte)flags;
        _bytes[5] = (byte)(dataSegmentLength >> 16);
        _bytes[6] = (byte)(dataSegmentLength >> 8);
        _bytes[7] = (byte)dataSegmentLength;
        SetUInt32(16, initiatorTaskTag);
    }

    public Span<byte> Bytes => _bytes;

    public void SetImmediate(bool immediate)
    {
        if (immediate)
            _bytes[0] |= 0x40;
    }

    /// <exception cref="ArgumentException">Not a multiple of four, or more than 255 words.</exception>
    public void SetTotalAhsLength(int bytes)
    {
        if ((bytes & 3) != 0 || bytes is < 0 or > BasicHeader.MaxAhsLength)
            throw new ArgumentException("TotalAHSLength counts at most 255 four-byte words.", nameof(bytes));
        _bytes[4] = (byte)(bytes / 4);
    }

    public void SetLun(ulong lun) => BinaryPrimitives.WriteUInt64BigEndian(_bytes[8..], lun);

    public void SetByte(int offset, byte value) => _bytes[offset] = value;

    public void SetUInt16(int offset, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(_bytes[offset..], value);

    public void SetUInt32(int offset, uint value) => BinaryPrimitives.WriteUInt32BigEndian(_bytes[offset..], value);

    public void SetSerial(int offset, SerialNumber32 value) => SetUInt32(offset, value.Value);

    public void SetNumbers(in TargetNumbers numbers) => Stamp(_bytes, numbers);

    /// <summary>Sets the numbers of a header that is otherwise complete; they are only known when it is sent.</summary>
    public static void Stamp(Span<byte> header, in TargetNumbers numbers)
    {
        BinaryPrimitives.WriteUInt32BigEndian(header[24..], numbers.StatSN.Value);
        BinaryPrimitives.WriteUInt32BigEndian(header[28..], numbers.ExpCmdSN.Value);
        BinaryPrimitives.WriteUInt32BigEndian(header[32..], numbers.MaxCmdSN.Value);
    }
}
