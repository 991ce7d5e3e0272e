using System;

namespace Scst.Iscsi.Protocol;

/// <summary>Logout Request (RFC 7143 11.14).</summary>
internal readonly ref struct LogoutRequestPdu
{
    private readonly BasicHeader _header;

    public LogoutRequestPdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public LogoutReason Reason => (LogoutReason)(_header.GetByte(1) & 0x7f);

    /// <summary>The connection to close; reserved when the session is closed.</summary>
    public ushort ConnectionId => _header.GetUInt16(20);

    public SerialNumber32 CmdSN => _header.GetSerial(24);

    public SerialNumber32 ExpStatSN => _header.GetSerial(28);

    public static void Write(
        Span<byte> header, bool immediate, LogoutReason reason, uint initiatorTaskTag, ushort connectionId,
        SerialNumber32 cmdSN, SerialNumber32 expStatSN)
    {
        var writer = new HeaderWriter(header, IscsiOpcode.LogoutRequest, 0x80 | ((byte)reason & 0x7f), 0, initiatorTaskTag);
        writer.SetImmediate(immediate);
        writer.SetUInt16(20, connectionId);
        writer.SetSerial(24, cmdSN);
        writer.SetSerial(28, expStatSN);
    }
}
