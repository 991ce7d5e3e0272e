using System;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tasks;
using Scst.Protocol;

namespace Scst.Iscsi.Receiving;

/// <summary>SCSI Data-Out (RFC 7143 11.7): checks it against its sequence and leads its data to its command.</summary>
internal sealed class DataOutHandler
{
    private readonly IscsiSession _session;
    private readonly HeldPdus _held;

    public DataOutHandler(IscsiSession session, HeldPdus held)
    {
        _session = session;
        _held = held;
    }

    public ReceiveStep Handle(BasicHeader header, ReadOnlySpan<byte> data, bool isIntact)
    {
        var pdu = new DataOutPdu(header);
        var step = TryBegin(pdu, out var transfer, out var sequenceEnd);
        if (transfer is null)
            return step == ReceiveStep.Next && _held.Find(header.InitiatorTaskTag) is { } held ? Keep(held, header, data, isIntact) : step;
        transfer.BeginPdu();
        if (isIntact)
            transfer.Write(pdu.BufferOffset, data);
        else
            ReportDigestError(header, transfer);
        transfer.EndPdu(pdu.BufferOffset + (uint)data.Length, sequenceEnd);
        return ReceiveStep.Next;
    }

    public ReceiveStep BeginStream(PayloadStream stream)
    {
        var header = stream.Header;
        if (_held.Find(header.InitiatorTaskTag) is not null)
        {
            stream.Gather();
            return ReceiveStep.Next;
        }

        var pdu = new DataOutPdu(header);
        var step = TryBegin(pdu, out var transfer, out var sequenceEnd);
        if (transfer is null)
            return step;
        transfer.BeginPdu();
        stream.Into(transfer, pdu.BufferOffset, sequenceEnd);
        return ReceiveStep.Next;
    }

    /// <summary>The data is damaged: the initiator is told, and the command ends so once all of its data has come (RFC 7143 7.8).</summary>
    public void ReportDigestError(BasicHeader header, DataOutTransfer transfer)
    {
        Reject.Send(_session, header, RejectReason.DataDigestError, nameof(RejectReason.DataDigestError));
        transfer.Fail(Sense.AbortedCommand(AdditionalSense.ProtocolServiceCrcError));
    }

    /// <summary>Finds the transfer and checks the PDU. With a transfer the receive side is busy with it.</summary>
    private ReceiveStep TryBegin(DataOutPdu pdu, out DataOutTransfer? transfer, out SequenceEnd sequenceEnd)
    {
        sequenceEnd = SequenceEnd.None;
        transfer = null;
        var header = pdu.Header;
        if (_session.Ledger.Find(header.InitiatorTaskTag)?.DataOut is not { } found)
        {
            if (_session.Ledger.IsForgotten(header.InitiatorTaskTag) || _held.Find(header.InitiatorTaskTag) is not null)
                return ReceiveStep.Next;
            return Break("Data-Out for no task");
        }

        found.Acquire();
        var verdict = found.Accept(pdu, _session.Parameters.TargetMaxRecvDataSegmentLength);
        if (verdict == DataOutVerdict.DataSNOutOfOrder)
        {
            // A PDU before this one is missing: the command ends once the rest has come (RFC 7143 7.8 b).
            found.Fail(Sense.AbortedCommand(AdditionalSense.DataPhaseError));
        }

        if (!IsBearable(verdict, found))
        {
            found.Abandon();
            return Break(verdict.ToString());
        }

        if (header.IsFinal)
            sequenceEnd = pdu.TargetTransferTag != BasicHeader.ReservedTag ? SequenceEnd.Solicited : SequenceEnd.Unsolicited;
        found.WaitTick = _session.Watch.Tick;
        transfer = found;
        return ReceiveStep.Next;
    }

    /// <summary>
    /// Data that nobody waits for need not be right, and may end early (RFC 7143 11.5.1); only which sequence it belongs to
    /// must be known, so that its end is.
    /// </summary>
    private static bool IsBearable(DataOutVerdict verdict, DataOutTransfer transfer) => verdict switch
    {
        DataOutVerdict.Accepted or DataOutVerdict.Completed => true,
        DataOutVerdict.Unexpected or DataOutVerdict.WrongTag or DataOutVerdict.SegmentTooLong => false,
        _ => transfer.IsCalledOff,
    };

    private ReceiveStep Keep(HeldPdu held, BasicHeader header, ReadOnlySpan<byte> data, bool isIntact) =>
        _held.TryAddFollower(held, header, data, isIntact) ? ReceiveStep.Next : Break("too much before its turn");

    private ReceiveStep Break(string detail)
    {
        _session.Connection.End(ConnectionEndReason.ProtocolError, detail);
        return ReceiveStep.End;
    }
}
