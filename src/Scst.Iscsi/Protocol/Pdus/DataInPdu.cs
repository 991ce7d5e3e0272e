using System;

namespace Scst.Iscsi.Protocol;

/// <summary>SCSI Data-In (RFC 7143 11.7).</summary>
internal readonly ref struct DataInPdu
{
    private readonly BasicHeader _header;

    public DataInPdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    /// <summary>A: acknowledge this data with a SNACK; only above ErrorRecoveryLevel 0.</summary>
    public bool Acknowledge => (_header.GetByte(1) & 0x40) != 0;

    /// <summary>S: status and residual are here; no SCSI Response follows.</summary>
    public bool HasStatus => (_header.GetByte(1) & 0x01) != 0;

    public byte Status => _header.GetByte(3);

    public uint TargetTransferTag => _header.GetUInt32(20);

    /// <summary>Means something only with <see cref="HasStatus"/>.</summary>
    public SerialNumber32 StatSN => _header.GetSerial(24);

    public SerialNumber32 ExpCmdSN => _header.GetSerial(28);

    public SerialNumber32 MaxCmdSN => _header.GetSerial(32);

    public SerialNumber32 DataSN => _header.GetSerial(36);

    public uint BufferOffset => _header.GetUInt32(40);

    public ResidualCount Residual
    {
        get
        {
            var flags = _header.GetByte(1);
            var kind = (flags & 0x02) != 0 ? IscsiResidualKind.Underflow
                : (flags & 0x04) != 0 ? IscsiResidualKind.Overflow
                : IscsiResidualKind.None;
            return new ResidualCount(kind, _header.GetUInt32(44));
        }
    }

    /// <summary>A PDU without status. StatSN, Status and residual are reserved then; only the command numbers are used.</summary>
    public static void Write(
        Span<byte> header, bool final, uint initiatorTaskTag, in TargetNumbers numbers, SerialNumber32 dataSN,
        uint bufferOffset, int dataSegmentLength)
    {
        var writer = new HeaderWriter(header, IscsiOpcode.DataIn, final ? 0x80 : 0, dataSegmentLength, initiatorTaskTag);
        WriteCommon(writer, numbers with { StatSN = default }, dataSN, bufferOffset);
    }

    /// <summary>
    /// The last PDU of a command, with its status. The status has no sense data, so it is not CHECK CONDITION; it is legal
    /// only with F set (RFC 7143 11.7.3).
    /// </summary>
    public static void WriteWithStatus(
        Span<byte> header, uint initiatorTaskTag, in TargetNumbers numbers, SerialNumber32 dataSN,
        uint bufferOffset, int dataSegmentLength, byte status, ResidualCount residual)
    {
        var flags = 0x81 | (residual.Kind == IscsiResidualKind.Underflow ? 0x02 : residual.Kind == IscsiResidualKind.Overflow ? 0x04 : 0);
        var writer = new HeaderWriter(header, IscsiOpcode.DataIn, flags, dataSegmentLength, initiatorTaskTag);
        WriteCommon(writer, numbers, dataSN, bufferOffset);
        writer.SetByte(3, status);
        writer.SetUInt32(44, residual.Count);
    }

    private static void WriteCommon(HeaderWriter writer, in TargetNumbers numbers, SerialNumber32 dataSN, uint bufferOffset)
    {
        // A is never set here, so the Target Transfer Tag is reserved (RFC 7143 11.7.4).
        writer.SetUInt32(20, BasicHeader.ReservedTag);
        writer.SetNumbers(numbers);
        writer.SetSerial(36, dataSN);
        writer.SetUInt32(40, bufferOffset);
    }
}
