using System;

namespace Scst.Iscsi.Protocol;

/// <summary>SCSI Command (RFC 7143 11.3; PRI: RFC 7144 5.1.1).</summary>
internal readonly ref struct ScsiCommandPdu
{
    public const int CdbLength = 16;

    private readonly BasicHeader _header;

    public ScsiCommandPdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public bool IsRead => (_header.GetByte(1) & 0x40) != 0;

    public bool IsWrite => (_header.GetByte(1) & 0x20) != 0;

    public IscsiTaskAttribute Attribute => (IscsiTaskAttribute)(_header.GetByte(1) & 0x07);

    /// <summary>Command priority, 0 to 15. To be ignored unless iSCSIProtocolLevel 2 was negotiated (RFC 7144 5.1.1).</summary>
    public byte Priority => (byte)(_header.GetByte(2) >> 4);

    /// <summary>Bytes the initiator wants to move; for a bidirectional command those of the write part.</summary>
    public uint ExpectedDataTransferLength => _header.GetUInt32(20);

    public SerialNumber32 CmdSN => _header.GetSerial(24);

    public SerialNumber32 ExpStatSN => _header.GetSerial(28);

    /// <summary>The first 16 bytes of the CDB; a longer one goes on in an AHS.</summary>
    public ReadOnlySpan<byte> Cdb => _header.Bytes.Slice(32, CdbLength);

    public static void Write(
        Span<byte> header, bool immediate, bool final, bool read, bool write, IscsiTaskAttribute attribute, byte priority,
        ulong lun, uint initiatorTaskTag, uint expectedDataTransferLength, SerialNumber32 cmdSN, SerialNumber32 expStatSN,
        ReadOnlySpan<byte> cdb, int totalAhsLength = 0, int dataSegmentLength = 0)
    {
        var flags = (final ? 0x80 : 0) | (read ? 0x40 : 0) | (write ? 0x20 : 0) | ((byte)attribute & 0x07);
        var writer = new HeaderWriter(header, IscsiOpcode.ScsiCommand, flags, dataSegmentLength, initiatorTaskTag);
        writer.SetImmediate(immediate);
        writer.SetTotalAhsLength(totalAhsLength);
        writer.SetByte(2, (byte)(priority << 4));
        writer.SetLun(lun);
        writer.SetUInt32(20, expectedDataTransferLength);
        writer.SetSerial(24, cmdSN);
        writer.SetSerial(28, expStatSN);
        cdb[..Math.Min(cdb.Length, CdbLength)].CopyTo(writer.Bytes[32..]);
    }
}
