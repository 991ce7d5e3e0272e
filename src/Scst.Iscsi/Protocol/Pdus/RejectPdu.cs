using System;

namespace Scst.Iscsi.Protocol;

/// <summary>Reject (RFC 7143 11.17). Its data segment is the complete header of the PDU that was rejected.</summary>
internal readonly ref struct RejectPdu
{
    private readonly BasicHeader _header;

    public RejectPdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public RejectReason Reason => (RejectReason)_header.GetByte(2);

    public SerialNumber32 StatSN => _header.GetSerial(24);

    public SerialNumber32 ExpCmdSN => _header.GetSerial(28);

    public SerialNumber32 MaxCmdSN => _header.GetSerial(32);

    /// <summary>Next DataSN or R2TSN of the task; only when a Data/R2T SNACK is rejected as a protocol error.</summary>
    public SerialNumber32 DataSN => _header.GetSerial(36);

    public static void Write(
        Span<byte> header, in TargetNumbers numbers, RejectReason reason, int dataSegmentLength = BasicHeader.Length,
        SerialNumber32 dataSN = default)
    {
        var writer = new HeaderWriter(header, IscsiOpcode.Reject, 0x80, dataSegmentLength, BasicHeader.ReservedTag);
        writer.SetByte(2, (byte)reason);
        writer.SetNumbers(numbers);
        writer.SetSerial(36, dataSN);
    }
}
