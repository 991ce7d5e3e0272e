using System;

namespace Scst.Iscsi.Protocol;

/// <summary>SNACK Request (RFC 7143 11.16).</summary>
internal readonly ref struct SnackRequestPdu
{
    private readonly BasicHeader _header;

    public SnackRequestPdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public SnackType Type => (SnackType)(_header.GetByte(1) & 0x0f);

    /// <summary>Target Transfer Tag or SNACK Tag, by type.</summary>
    public uint Tag => _header.GetUInt32(20);

    public SerialNumber32 ExpStatSN => _header.GetSerial(28);

    public SerialNumber32 BegRun => _header.GetSerial(40);

    public uint RunLength => _header.GetUInt32(44);

    public static void Write(
        Span<byte> header, SnackType type, ulong lun, uint initiatorTaskTag, uint tag, SerialNumber32 expStatSN,
        SerialNumber32 begRun, uint runLength)
    {
        var writer = new HeaderWriter(header, IscsiOpcode.SnackRequest, 0x80 | ((byte)type & 0x0f), 0, initiatorTaskTag);
        writer.SetLun(lun);
        writer.SetUInt32(20, tag);
        writer.SetSerial(28, expStatSN);
        writer.SetSerial(40, begRun);
        writer.SetUInt32(44, runLength);
    }
}
