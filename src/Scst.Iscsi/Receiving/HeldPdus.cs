using System;
using System.Collections.Generic;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Receiving;

/// <summary>
/// Requests inside the command window before which another one is missing (RFC 7143 4.2.2.1). On a single connection that is
/// a gap which a Reject has left, or an initiator that is strange; so memory is spent on few of them.
/// </summary>
internal sealed class HeldPdus
{
    private const int MostBytes = 1 << 20;

    private readonly Dictionary<uint, HeldPdu?> _byNumber = [];
    private int _bytes;

    public bool IsEmpty => _byNumber.Count == 0;

    /// <summary>Keeps a request; one with a number that is there already is a duplicate and dropped.</summary>
    /// <returns>False if it would be too much.</returns>
    public bool TryAdd(SerialNumber32 cmdSN, BasicHeader header, ReadOnlySpan<byte> ahs, ReadOnlySpan<byte> data)
    {
        if (_byNumber.ContainsKey(cmdSN.Value))
            return true;
        if (!TryReserve(BasicHeader.Length + ahs.Length + data.Length))
            return false;
        _byNumber.Add(cmdSN.Value, new HeldPdu(cmdSN, header, ahs, data));
        return true;
    }

    /// <summary>The request with this tag, to which a Data-Out PDU may belong.</summary>
    public HeldPdu? Find(uint initiatorTaskTag)
    {
        foreach (var held in _byNumber.Values)
        {
            if (held is not null && held.InitiatorTaskTag == initiatorTaskTag)
                return held;
        }

        return null;
    }

    /// <summary>Keeps a Data-Out PDU of a request that is kept.</summary>
    /// <returns>False if it would be too much.</returns>
    public bool TryAddFollower(HeldPdu command, BasicHeader header, ReadOnlySpan<byte> data, bool isIntact)
    {
        if (!TryReserve(BasicHeader.Length + data.Length))
            return false;
        command.Followers.Add(new HeldPdu(command.CmdSN, header, [], data) { IsIntact = isIntact });
        return true;
    }

    /// <summary>The number counts as received, with or without a request (RFC 7143 11.6.1 b).</summary>
    public void Void(SerialNumber32 cmdSN)
    {
        if (_byNumber.GetValueOrDefault(cmdSN.Value) is { } held)
            Forget(held);
        _byNumber[cmdSN.Value] = null;
    }

    /// <summary>
    /// Gives up the SCSI commands before a number that a task management function is about; their numbers count as received.
    /// </summary>
    /// <param name="before">The number.</param>
    /// <param name="lun">Only commands for this LUN; null for all.</param>
    /// <returns>Those given up; data may still come for them.</returns>
    public List<HeldPdu> VoidCommands(SerialNumber32 before, ulong? lun)
    {
        var concerned = new List<HeldPdu>();
        foreach (var held in _byNumber.Values)
        {
            if (held is not null && held.CmdSN < before && held.IsCommandFor(lun))
                concerned.Add(held);
        }

        foreach (var held in concerned)
            Void(held.CmdSN);
        return concerned;
    }

    /// <summary>Takes the request whose turn it is; null if its number is void.</summary>
    public bool TryTake(SerialNumber32 cmdSN, out HeldPdu? held)
    {
        if (!_byNumber.Remove(cmdSN.Value, out held))
            return false;
        if (held is not null)
            Forget(held);
        return true;
    }

    private bool TryReserve(int bytes)
    {
        if (_bytes + bytes > MostBytes)
            return false;
        _bytes += bytes;
        return true;
    }

    private void Forget(HeldPdu held)
    {
        _bytes -= held.Size;
        foreach (var follower in held.Followers)
            _bytes -= follower.Size;
    }
}
