using System;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;

namespace Scst.Iscsi.Receiving;

/// <summary>Hands each PDU to the handler of its kind, in the order of CmdSN where it has one.</summary>
internal sealed class PduDispatcher
{
    private readonly IscsiSession _session;
    private readonly HeldPdus _held = new();
    private readonly CommandHandler _commands;
    private readonly DataOutHandler _dataOut;
    private readonly NopHandler _nops;
    private readonly TextHandler _texts;
    private readonly TaskManagementHandler _management;

    public PduDispatcher(IscsiSession session)
    {
        _session = session;
        _commands = new CommandHandler(session);
        _dataOut = new DataOutHandler(session, _held);
        _nops = new NopHandler(session);
        _texts = new TextHandler(session);
        _management = new TaskManagementHandler(session, _held);
        Logout = new LogoutHandler(session);
    }

    public LogoutHandler Logout { get; }

    /// <summary>All that one receive has brought is dealt with.</summary>
    public void EndBurst()
    {
        if (_session.Nexus is { } nexus)
            nexus.EndOfBurst();
        else
            _session.EndBurst();
        if (_session.Ledger.IsOverloaded)
            _session.Connection.End(ConnectionEndReason.SendBacklog);
    }

    /// <summary>A PDU that is there as a whole.</summary>
    public ReceiveStep Dispatch(
        BasicHeader header, ReadOnlySpan<byte> ahs, ReadOnlySpan<byte> data, bool isIntact, PduVerdict verdict)
    {
        if (!verdict.IsAccepted)
        {
            Refuse(header, verdict);
            return ReceiveStep.Next;
        }

        if (!isIntact && header.Opcode != IscsiOpcode.DataOut)
        {
            // The number of a rejected request does not count as received (RFC 7143 7.3).
            Refuse(header, RejectReason.DataDigestError, nameof(RejectReason.DataDigestError));
            return ReceiveStep.Next;
        }

        switch (header.Opcode)
        {
            case IscsiOpcode.DataOut:
                return _dataOut.Handle(header, data, isIntact);
            case IscsiOpcode.ScsiCommand:
                return HandleCommand(header, ahs, data);
            case IscsiOpcode.NopOut when header.InitiatorTaskTag == BasicHeader.ReservedTag:
                // The answer to a ping of ours, or no more than an ExpStatSN; that something came is all there is to know.
                return ReceiveStep.Next;
            default:
                return HandleRequest(header, data);
        }
    }

    /// <summary>A PDU whose data segment is still to come begins: decides where its data goes.</summary>
    public ReceiveStep BeginStream(PayloadStream stream)
    {
        var header = stream.Header;
        if (!stream.Verdict.IsAccepted)
            return ReceiveStep.Next;
        if (header.Opcode == IscsiOpcode.DataOut)
            return _dataOut.BeginStream(stream);
        if (header.Opcode == IscsiOpcode.ScsiCommand && !_session.Parameters.DataDigest)
        {
            // With a data digest a command is not known to be right before its last byte.
            switch (_commands.TryBegin(new ScsiCommandPdu(header), stream.Ahs, out var task))
            {
                case Admission.Deliver:
                    if (task?.DataOut is { } transfer)
                    {
                        transfer.BeginPdu();
                        stream.Into(transfer, offset: 0, Tasks.SequenceEnd.None);
                    }

                    return _session.Connection.IsEnding ? ReceiveStep.End : ReceiveStep.Next;
                case Admission.Hold:
                    break;
                default:
                    return ReceiveStep.Next;
            }
        }

        stream.Gather();
        return ReceiveStep.Next;
    }

    /// <summary>Its data is complete.</summary>
    public ReceiveStep EndStream(PayloadStream stream, bool isIntact)
    {
        var header = stream.Header;
        if (stream.Gathered is { } gathered)
            return Dispatch(header, stream.Ahs, gathered.Array.AsSpan(0, stream.Length), isIntact, stream.Verdict);
        if (!stream.Verdict.IsAccepted)
        {
            Refuse(header, stream.Verdict);
        }
        else if (stream.Transfer is { } transfer)
        {
            if (!isIntact)
                _dataOut.ReportDigestError(header, transfer);
            transfer.EndPdu(stream.End, stream.SequenceEnd);
        }
        else if (stream.LacksMemory)
        {
            Refuse(header, RejectReason.LongOperationReject, "no buffer");
        }

        return ReceiveStep.Next;
    }

    /// <summary>Deals with a request that was kept and whose turn has come.</summary>
    public ReceiveStep TakeHeld()
    {
        while (!_held.IsEmpty && _held.TryTake(_session.Ledger.ExpCmdSN, out var held))
        {
            if (held is null)
            {
                _session.Ledger.Skip();
                continue;
            }

            var step = Dispatch(held.Header, held.Ahs, held.Data, isIntact: true, default);
            foreach (var follower in held.Followers)
            {
                if (step == ReceiveStep.Next)
                    step = Dispatch(follower.Header, follower.Ahs, follower.Data, follower.IsIntact, default);
            }

            if (step != ReceiveStep.Next)
                return step;
        }

        return ReceiveStep.Next;
    }

    private ReceiveStep HandleCommand(BasicHeader header, ReadOnlySpan<byte> ahs, ReadOnlySpan<byte> data)
    {
        var pdu = new ScsiCommandPdu(header);
        var admission = _commands.TryBegin(pdu, ahs, out var task);
        if (admission == Admission.Hold)
            return Hold(pdu.CmdSN, header, ahs, data);
        if (task?.DataOut is { } transfer)
        {
            transfer.BeginPdu();
            transfer.Write(0, data);
            transfer.EndPdu((uint)data.Length, Tasks.SequenceEnd.None);
        }

        return _session.Connection.IsEnding ? ReceiveStep.End : ReceiveStep.Next;
    }

    private ReceiveStep HandleRequest(BasicHeader header, ReadOnlySpan<byte> data)
    {
        // Every request has its CmdSN at the same place (RFC 7143 11.2.1.9 and the formats that follow).
        var cmdSN = new NopOutPdu(header).CmdSN;
        var place = header.IsImmediate ? RequestPlace.Immediate : RequestPlace.Numbered;
        if (_session.IsDraining && header.Opcode != IscsiOpcode.LogoutRequest)
            return ReceiveStep.Next;
        switch (_session.Ledger.Admit(cmdSN, header.IsImmediate))
        {
            case Admission.Hold:
                return Hold(cmdSN, header, [], data);
            case Admission.Ignore:
                return ReceiveStep.Next;
            case Admission.TooManyImmediate:
                Reject.Send(_session, header, RejectReason.TooManyImmediateCommands, nameof(Admission.TooManyImmediate));
                return ReceiveStep.Next;
        }

        switch (header.Opcode)
        {
            case IscsiOpcode.NopOut:
                _nops.Handle(new NopOutPdu(header), data, place);
                return ReceiveStep.Next;
            case IscsiOpcode.TextRequest:
                _texts.Handle(new TextRequestPdu(header), data, place);
                return ReceiveStep.Next;
            case IscsiOpcode.LogoutRequest:
                return Logout.Handle(new LogoutRequestPdu(header), place);
            default:
                _management.Handle(new TaskManagementRequestPdu(header), place);
                return _session.Connection.IsEnding ? ReceiveStep.End : ReceiveStep.Next;
        }
    }

    private ReceiveStep Hold(SerialNumber32 cmdSN, BasicHeader header, ReadOnlySpan<byte> ahs, ReadOnlySpan<byte> data)
    {
        if (_held.TryAdd(cmdSN, header, ahs, data))
            return ReceiveStep.Next;
        _session.Connection.End(ConnectionEndReason.ProtocolError, "too much before its turn");
        return ReceiveStep.End;
    }

    private void Refuse(BasicHeader header, PduVerdict verdict) => Refuse(header, verdict.Reason, verdict.Fault.ToString());

    private void Refuse(BasicHeader header, RejectReason reason, string detail)
    {
        // Its unsolicited data may follow.
        if (header.Opcode == IscsiOpcode.ScsiCommand)
            _session.Ledger.Forget(header.InitiatorTaskTag);
        Reject.Send(_session, header, reason, detail);
    }
}
