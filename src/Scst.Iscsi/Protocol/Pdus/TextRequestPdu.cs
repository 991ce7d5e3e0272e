using System;

namespace Scst.Iscsi.Protocol;

/// <summary>Text Request (RFC 7143 11.10).</summary>
internal readonly ref struct TextRequestPdu
{
    private readonly BasicHeader _header;

    public TextRequestPdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    /// <summary>C: the text goes on in the next request.</summary>
    public bool Continue => (_header.GetByte(1) & 0x40) != 0;

    public uint TargetTransferTag => _header.GetUInt32(20);

    public SerialNumber32 CmdSN => _header.GetSerial(24);

    public SerialNumber32 ExpStatSN => _header.GetSerial(28);

    public static void Write(
        Span<byte> header, bool immediate, bool final, bool continued, uint initiatorTaskTag, uint targetTransferTag,
        SerialNumber32 cmdSN, SerialNumber32 expStatSN, int dataSegmentLength, ulong lun = 0)
    {
        var flags = (final ? 0x80 : 0) | (continued ? 0x40 : 0);
        var writer = new HeaderWriter(header, IscsiOpcode.TextRequest, flags, dataSegmentLength, initiatorTaskTag);
        writer.SetImmediate(immediate);
        writer.SetLun(lun);
        writer.SetUInt32(20, targetTransferTag);
        writer.SetSerial(24, cmdSN);
        writer.SetSerial(28, expStatSN);
    }
}
