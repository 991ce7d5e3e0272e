using System;

namespace Scst.Iscsi.Protocol;

/// <summary>SCSI Data-Out (RFC 7143 11.7).</summary>
internal readonly ref struct DataOutPdu
{
    private readonly BasicHeader _header;

    public DataOutPdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    /// <summary>The R2T's tag, or 0xffffffff in unsolicited data.</summary>
    public uint TargetTransferTag => _header.GetUInt32(20);

    public SerialNumber32 ExpStatSN => _header.GetSerial(28);

    public SerialNumber32 DataSN => _header.GetSerial(36);

    public uint BufferOffset => _header.GetUInt32(40);

    public static void Write(
        Span<byte> header, bool final, ulong lun, uint initiatorTaskTag, uint targetTransferTag, SerialNumber32 expStatSN,
        SerialNumber32 dataSN, uint bufferOffset, int dataSegmentLength)
    {
        var writer = new HeaderWriter(header, IscsiOpcode.DataOut, final ? 0x80 : 0, dataSegmentLength, initiatorTaskTag);
        writer.SetLun(lun);
        writer.SetUInt32(20, targetTransferTag);
        writer.SetSerial(28, expStatSN);
        writer.SetSerial(36, dataSN);
        writer.SetUInt32(40, bufferOffset);
    }
}
