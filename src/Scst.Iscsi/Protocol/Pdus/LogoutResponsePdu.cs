using System;

namespace Scst.Iscsi.Protocol;

/// <summary>Logout Response (RFC 7143 11.15).</summary>
internal readonly ref struct LogoutResponsePdu
{
    private readonly BasicHeader _header;

    public LogoutResponsePdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public LogoutResponseCode Response => (LogoutResponseCode)_header.GetByte(2);

    public SerialNumber32 StatSN => _header.GetSerial(24);

    public SerialNumber32 ExpCmdSN => _header.GetSerial(28);

    public SerialNumber32 MaxCmdSN => _header.GetSerial(32);

    /// <summary>Seconds; reserved after a closed session.</summary>
    public ushort Time2Wait => _header.GetUInt16(40);

    /// <summary>Seconds; reserved after a closed session.</summary>
    public ushort Time2Retain => _header.GetUInt16(42);

    public static void Write(
        Span<byte> header, uint initiatorTaskTag, in TargetNumbers numbers, LogoutResponseCode response,
        ushort time2Wait = 0, ushort time2Retain = 0)
    {
        var writer = new HeaderWriter(header, IscsiOpcode.LogoutResponse, 0x80, 0, initiatorTaskTag);
        writer.SetByte(2, (byte)response);
        writer.SetNumbers(numbers);
        writer.SetUInt16(40, time2Wait);
        writer.SetUInt16(42, time2Retain);
    }
}
