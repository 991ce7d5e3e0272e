using System;

namespace Scst.Iscsi.Protocol;

/// <summary>Ready To Transfer (RFC 7143 11.8).</summary>
internal readonly ref struct ReadyToTransferPdu
{
    private readonly BasicHeader _header;

    public ReadyToTransferPdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public uint TargetTransferTag => _header.GetUInt32(20);

    /// <summary>The next StatSN, which is not used up (RFC 7143 11.8.2).</summary>
    public SerialNumber32 StatSN => _header.GetSerial(24);

    public SerialNumber32 ExpCmdSN => _header.GetSerial(28);

    public SerialNumber32 MaxCmdSN => _header.GetSerial(32);

    public SerialNumber32 R2TSN => _header.GetSerial(36);

    public uint BufferOffset => _header.GetUInt32(40);

    public uint DesiredDataTransferLength => _header.GetUInt32(44);

    public static void Write(
        Span<byte> header, ulong lun, uint initiatorTaskTag, uint targetTransferTag, in TargetNumbers numbers,
        SerialNumber32 r2tSN, uint bufferOffset, uint desiredDataTransferLength)
    {
        var writer = new HeaderWriter(header, IscsiOpcode.ReadyToTransfer, 0x80, 0, initiatorTaskTag);
        writer.SetLun(lun);
        writer.SetUInt32(20, targetTransferTag);
        writer.SetNumbers(numbers);
        writer.SetSerial(36, r2tSN);
        writer.SetUInt32(40, bufferOffset);
        writer.SetUInt32(44, desiredDataTransferLength);
    }
}
