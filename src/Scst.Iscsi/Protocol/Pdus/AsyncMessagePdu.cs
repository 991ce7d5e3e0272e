using System;

namespace Scst.Iscsi.Protocol;

/// <summary>Asynchronous Message (RFC 7143 11.9).</summary>
internal readonly ref struct AsyncMessagePdu
{
    private readonly BasicHeader _header;

    public AsyncMessagePdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public SerialNumber32 StatSN => _header.GetSerial(24);

    public SerialNumber32 ExpCmdSN => _header.GetSerial(28);

    public SerialNumber32 MaxCmdSN => _header.GetSerial(32);

    public AsyncEventCode Event => (AsyncEventCode)_header.GetByte(36);

    public byte VendorCode => _header.GetByte(37);

    /// <summary>Connection id, when one connection is dropped.</summary>
    public ushort Parameter1 => _header.GetUInt16(38);

    /// <summary>Time2Wait in seconds, when connections are dropped.</summary>
    public ushort Parameter2 => _header.GetUInt16(40);

    /// <summary>Time2Retain, or the seconds left for a logout or a negotiation.</summary>
    public ushort Parameter3 => _header.GetUInt16(42);

    public static void Write(
        Span<byte> header, ulong lun, in TargetNumbers numbers, AsyncEventCode asyncEvent, ushort parameter1 = 0,
        ushort parameter2 = 0, ushort parameter3 = 0, int dataSegmentLength = 0, byte vendorCode = 0)
    {
        var writer = new HeaderWriter(header, IscsiOpcode.AsyncMessage, 0x80, dataSegmentLength, BasicHeader.ReservedTag);
        writer.SetLun(lun);
        writer.SetNumbers(numbers);
        writer.SetByte(36, (byte)asyncEvent);
        writer.SetByte(37, vendorCode);
        writer.SetUInt16(38, parameter1);
        writer.SetUInt16(40, parameter2);
        writer.SetUInt16(42, parameter3);
    }
}
