using System;
using System.Collections.Generic;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Receiving;

/// <summary>A request that came before its turn, with the Data-Out PDUs that followed it.</summary>
internal sealed class HeldPdu
{
    private readonly byte[] _header;
    private readonly byte[] _data;

    public HeldPdu(SerialNumber32 cmdSN, BasicHeader header, ReadOnlySpan<byte> ahs, ReadOnlySpan<byte> data)
    {
        CmdSN = cmdSN;
        InitiatorTaskTag = header.InitiatorTaskTag;
        _header = [.. header.Bytes, .. ahs];
        _data = data.ToArray();
    }

    public SerialNumber32 CmdSN { get; }

    public uint InitiatorTaskTag { get; }

    /// <summary>Whether its data digest was right; a damaged Data-Out still has its place in its sequence.</summary>
    public bool IsIntact { get; init; } = true;

    public List<HeldPdu> Followers { get; } = [];

    public BasicHeader Header
    {
        get
        {
            BasicHeader.TryRead(_header, out var header);
            return header;
        }
    }

    public ReadOnlySpan<byte> Ahs => _header.AsSpan(BasicHeader.Length);

    public ReadOnlySpan<byte> Data => _data;

    /// <summary>Whether it is a SCSI command for this LUN, or for any if it is null.</summary>
    public bool IsCommandFor(ulong? lun) => Header.Opcode == IscsiOpcode.ScsiCommand && (lun is null || Header.Lun == lun);

    public int Size => _header.Length + _data.Length;
}
