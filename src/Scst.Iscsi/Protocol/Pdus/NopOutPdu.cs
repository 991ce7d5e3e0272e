using System;

namespace Scst.Iscsi.Protocol;

/// <summary>NOP-Out (RFC 7143 11.18): a ping, the answer to the target's ping, or just an ExpStatSN.</summary>
internal readonly ref struct NopOutPdu
{
    private readonly BasicHeader _header;

    public NopOutPdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public uint TargetTransferTag => _header.GetUInt32(20);

    public SerialNumber32 CmdSN => _header.GetSerial(24);

    public SerialNumber32 ExpStatSN => _header.GetSerial(28);

    public static void Write(
        Span<byte> header, bool immediate, ulong lun, uint initiatorTaskTag, uint targetTransferTag,
        SerialNumber32 cmdSN, SerialNumber32 expStatSN, int dataSegmentLength = 0)
    {
        var writer = new HeaderWriter(header, IscsiOpcode.NopOut, 0x80, dataSegmentLength, initiatorTaskTag);
        writer.SetImmediate(immediate);
        writer.SetLun(lun);
        writer.SetUInt32(20, targetTransferTag);
        writer.SetSerial(24, cmdSN);
        writer.SetSerial(28, expStatSN);
    }
}
