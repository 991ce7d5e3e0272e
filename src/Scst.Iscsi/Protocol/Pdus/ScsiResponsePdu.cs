using System;

namespace Scst.Iscsi.Protocol;

/// <summary>SCSI Response (RFC 7143 11.4; Status Qualifier: RFC 7144 5.2.1).</summary>
internal readonly ref struct ScsiResponsePdu
{
    private readonly BasicHeader _header;

    public ScsiResponsePdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public ServiceResponse Response => (ServiceResponse)_header.GetByte(2);

    public byte Status => _header.GetByte(3);

    /// <summary>Zero unless iSCSIProtocolLevel 2 was negotiated.</summary>
    public ushort StatusQualifier => _header.GetUInt16(8);

    public uint SnackTag => _header.GetUInt32(20);

    public SerialNumber32 StatSN => _header.GetSerial(24);

    public SerialNumber32 ExpCmdSN => _header.GetSerial(28);

    public SerialNumber32 MaxCmdSN => _header.GetSerial(32);

    /// <summary>Number of R2T and Data-In PDUs the target has sent for the command.</summary>
    public SerialNumber32 ExpDataSN => _header.GetSerial(36);

    public ResidualCount Residual => new(Kind(0x02, 0x04), _header.GetUInt32(44));

    public ResidualCount BidirectionalReadResidual => new(Kind(0x08, 0x10), _header.GetUInt32(40));

    public static void Write(
        Span<byte> header, uint initiatorTaskTag, in TargetNumbers numbers, ServiceResponse response, byte status,
        ResidualCount residual, SerialNumber32 expDataSN, int dataSegmentLength = 0, ushort statusQualifier = 0,
        ResidualCount bidirectionalReadResidual = default)
    {
        var flags = 0x80 | Bits(residual.Kind, 0x02, 0x04) | Bits(bidirectionalReadResidual.Kind, 0x08, 0x10);
        var writer = new HeaderWriter(header, IscsiOpcode.ScsiResponse, flags, dataSegmentLength, initiatorTaskTag);
        writer.SetByte(2, (byte)response);
        writer.SetByte(3, status);
        writer.SetUInt16(8, statusQualifier);
        writer.SetNumbers(numbers);
        writer.SetSerial(36, expDataSN);
        writer.SetUInt32(40, bidirectionalReadResidual.Count);
        writer.SetUInt32(44, residual.Count);
    }

    private static int Bits(IscsiResidualKind kind, int underflow, int overflow) => kind switch
    {
        IscsiResidualKind.Underflow => underflow,
        IscsiResidualKind.Overflow => overflow,
        _ => 0,
    };

    private IscsiResidualKind Kind(int underflow, int overflow) =>
        (_header.GetByte(1) & underflow) != 0 ? IscsiResidualKind.Underflow
        : (_header.GetByte(1) & overflow) != 0 ? IscsiResidualKind.Overflow
        : IscsiResidualKind.None;
}
