using System;

namespace Scst.Iscsi.Protocol;

/// <summary>NOP-In (RFC 7143 11.19): the answer to a ping, or a ping.</summary>
internal readonly ref struct NopInPdu
{
    private readonly BasicHeader _header;

    public NopInPdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public uint TargetTransferTag => _header.GetUInt32(20);

    /// <summary>As a ping or a bare number update it carries the next StatSN, which is not used up (RFC 7143 11.19.2).</summary>
    public SerialNumber32 StatSN => _header.GetSerial(24);

    public SerialNumber32 ExpCmdSN => _header.GetSerial(28);

    public SerialNumber32 MaxCmdSN => _header.GetSerial(32);

    public static void Write(
        Span<byte> header, ulong lun, uint initiatorTaskTag, uint targetTransferTag, in TargetNumbers numbers, int dataSegmentLength = 0)
    {
        var writer = new HeaderWriter(header, IscsiOpcode.NopIn, 0x80, dataSegmentLength, initiatorTaskTag);
        writer.SetLun(lun);
        writer.SetUInt32(20, targetTransferTag);
        writer.SetNumbers(numbers);
    }
}
