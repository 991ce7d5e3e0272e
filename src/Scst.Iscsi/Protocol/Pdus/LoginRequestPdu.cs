using System;
using System.Buffers.Binary;

namespace Scst.Iscsi.Protocol;

/// <summary>Login Request (RFC 7143 11.12).</summary>
internal readonly ref struct LoginRequestPdu
{
    private readonly BasicHeader _header;

    public LoginRequestPdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    /// <summary>T: the initiator is ready for the next stage.</summary>
    public bool Transit => (_header.GetByte(1) & 0x80) != 0;

    /// <summary>C: the text goes on in the next request.</summary>
    public bool Continue => (_header.GetByte(1) & 0x40) != 0;

    public LoginStage CurrentStage => (LoginStage)((_header.GetByte(1) >> 2) & 0x03);

    /// <summary>Means something only if <see cref="Transit"/> is set.</summary>
    public LoginStage NextStage => (LoginStage)(_header.GetByte(1) & 0x03);

    public byte VersionMax => _header.GetByte(2);

    public byte VersionMin => _header.GetByte(3);

    /// <summary>The initiator session id, 48 bits, big-endian.</summary>
    public ulong Isid => _header.Lun >> 16;

    /// <summary>The target session identifying handle: 0 asks for a new session.</summary>
    public ushort Tsih => _header.GetUInt16(14);

    public ushort ConnectionId => _header.GetUInt16(20);

    /// <summary>On the leading login the first CmdSN of the session (RFC 7143 11.12.8).</summary>
    public SerialNumber32 CmdSN => _header.GetSerial(24);

    public SerialNumber32 ExpStatSN => _header.GetSerial(28);

    public static void Write(
        Span<byte> header, bool transit, bool continued, LoginStage currentStage, LoginStage nextStage, ulong isid, ushort tsih,
        uint initiatorTaskTag, ushort connectionId, SerialNumber32 cmdSN, SerialNumber32 expStatSN, int dataSegmentLength,
        byte versionMax = 0, byte versionMin = 0)
    {
        var flags = (transit ? 0x80 : 0) | (continued ? 0x40 : 0) | (((byte)currentStage & 3) << 2) | ((byte)nextStage & 3);
        var writer = new HeaderWriter(header, IscsiOpcode.LoginRequest, flags, dataSegmentLength, initiatorTaskTag);
        writer.SetImmediate(true);
        writer.SetByte(2, versionMax);
        writer.SetByte(3, versionMin);
        BinaryPrimitives.WriteUInt64BigEndian(writer.Bytes[8..], (isid << 16) | tsih);
        writer.SetUInt16(20, connectionId);
        writer.SetSerial(24, cmdSN);
        writer.SetSerial(28, expStatSN);
    }
}
