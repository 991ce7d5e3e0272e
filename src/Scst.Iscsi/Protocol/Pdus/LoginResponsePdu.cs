using System;
using System.Buffers.Binary;

namespace Scst.Iscsi.Protocol;

/// <summary>Login Response (RFC 7143 11.13).</summary>
internal readonly ref struct LoginResponsePdu
{
    private readonly BasicHeader _header;

    public LoginResponsePdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public bool Transit => (_header.GetByte(1) & 0x80) != 0;

    public bool Continue => (_header.GetByte(1) & 0x40) != 0;

    public LoginStage CurrentStage => (LoginStage)((_header.GetByte(1) >> 2) & 0x03);

    public LoginStage NextStage => (LoginStage)(_header.GetByte(1) & 0x03);

    public byte VersionMax => _header.GetByte(2);

    public byte VersionActive => _header.GetByte(3);

    public ulong Isid => _header.Lun >> 16;

    public ushort Tsih => _header.GetUInt16(14);

    public SerialNumber32 StatSN => _header.GetSerial(24);

    public SerialNumber32 ExpCmdSN => _header.GetSerial(28);

    public SerialNumber32 MaxCmdSN => _header.GetSerial(32);

    public LoginStatus Status => (LoginStatus)_header.GetUInt16(36);

    public static void Write(
        Span<byte> header, bool transit, bool continued, LoginStage currentStage, LoginStage nextStage, ulong isid, ushort tsih,
        uint initiatorTaskTag, in TargetNumbers numbers, LoginStatus status, int dataSegmentLength)
    {
        var flags = (transit ? 0x80 : 0) | (continued ? 0x40 : 0) | (((byte)currentStage & 3) << 2) | ((byte)nextStage & 3);
        var writer = new HeaderWriter(header, IscsiOpcode.LoginResponse, flags, dataSegmentLength, initiatorTaskTag);
        // Version-max and Version-active stay 0x00, the only version there is (RFC 7143 11.12.4).
        BinaryPrimitives.WriteUInt64BigEndian(writer.Bytes[8..], (isid << 16) | tsih);
        writer.SetNumbers(numbers);
        writer.SetUInt16(36, (ushort)status);
    }
}
