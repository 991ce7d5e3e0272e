using System;

namespace Scst.Iscsi.Protocol;

/// <summary>Text Response (RFC 7143 11.11).</summary>
internal readonly ref struct TextResponsePdu
{
    private readonly BasicHeader _header;

    public TextResponsePdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public bool Continue => (_header.GetByte(1) & 0x40) != 0;

    public uint TargetTransferTag => _header.GetUInt32(20);

    public SerialNumber32 StatSN => _header.GetSerial(24);

    public SerialNumber32 ExpCmdSN => _header.GetSerial(28);

    public SerialNumber32 MaxCmdSN => _header.GetSerial(32);

    public static void Write(
        Span<byte> header, bool final, bool continued, uint initiatorTaskTag, uint targetTransferTag, in TargetNumbers numbers,
        int dataSegmentLength, ulong lun = 0)
    {
        var flags = (final ? 0x80 : 0) | (continued ? 0x40 : 0);
        var writer = new HeaderWriter(header, IscsiOpcode.TextResponse, flags, dataSegmentLength, initiatorTaskTag);
        writer.SetLun(lun);
        writer.SetUInt32(20, targetTransferTag);
        writer.SetNumbers(numbers);
    }
}
