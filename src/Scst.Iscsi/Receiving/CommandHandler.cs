using System;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;
using Scst.Iscsi.Tasks;
using Scst.Protocol;

namespace Scst.Iscsi.Receiving;

/// <summary>SCSI Command (RFC 7143 11.3): makes a command of the core of it.</summary>
internal sealed class CommandHandler
{
    private const int LongestCdb = 260;

    // A command object that was taken for a PDU which then was not executed.
    private ScsiCommand? _spare;
    private readonly IscsiSession _session;

    public CommandHandler(IscsiSession session) => _session = session;

    /// <summary>
    /// Submits the command if its turn has come. Its immediate data is then still to be put into
    /// <see cref="IscsiTask.DataOut"/>.
    /// </summary>
    /// <param name="pdu">The header, which has been checked.</param>
    /// <param name="ahs">The additional header segments.</param>
    /// <param name="task">The task, if the command was delivered.</param>
    public Admission TryBegin(ScsiCommandPdu pdu, ReadOnlySpan<byte> ahs, out IscsiTask? task)
    {
        task = null;
        var header = pdu.Header;
        if (_session.Nexus is not { } nexus)
            return Refuse(header, RejectReason.CommandNotSupported, "discovery session");
        if (_session.IsDraining)
            return Ignore(header);
        AhsReader extra = default;
        if (!ahs.IsEmpty)
        {
            var fault = AhsReader.Read(ahs, out extra);
            if (fault != AhsFault.None)
                return Refuse(header, RejectReason.InvalidPduField, fault.ToString());
        }

        var command = _spare ??= nexus.RentCommand();
        var candidate = (IscsiTask)(command.DriverState ??= new IscsiTask(_session, command));
        candidate.Begin(
            header.InitiatorTaskTag, header.Lun, !header.IsImmediate, pdu.IsWrite, announcesData: !header.IsFinal,
            pdu.IsRead && pdu.IsWrite ? extra.BidirectionalReadLength ?? 0 : null);
        switch (_session.Ledger.Admit(candidate, pdu.CmdSN))
        {
            case Admission.Hold:
                return Admission.Hold;
            case Admission.Ignore:
                return Ignore(header);
            case Admission.TagInUse:
                return Refuse(header, RejectReason.TaskInProgress, nameof(Admission.TagInUse));
            case Admission.TooManyImmediate:
                return Refuse(header, RejectReason.TooManyImmediateCommands, nameof(Admission.TooManyImmediate));
        }

        _spare = null;
        task = candidate;
        Initialize(command, pdu, extra);
        if (candidate.DataOut is { } transfer)
            BeginTransfer(transfer, command, pdu);
        if (candidate.BidirectionalReadLength is not null)
            command.Fail(Sense.IllegalRequest(AdditionalSense.InvalidFieldInCommandInformationUnit));
        _session.Connection.Counters.CommandDelivered();
        Submit(nexus, command);
        return Admission.Deliver;
    }

    private static void Initialize(ScsiCommand command, ScsiCommandPdu pdu, AhsReader extra)
    {
        var direction = pdu.IsWrite ? DataDirection.FromInitiator : pdu.IsRead ? DataDirection.ToInitiator : DataDirection.None;
        var header = pdu.Header;
        if (extra.ExtendedCdb.IsEmpty)
        {
            command.Initialize(
                header.InitiatorTaskTag, new Lun(header.Lun), pdu.Cdb, AttributeOf(pdu), direction, pdu.ExpectedDataTransferLength);
            return;
        }

        Span<byte> cdb = stackalloc byte[LongestCdb];
        pdu.Cdb.CopyTo(cdb);
        extra.ExtendedCdb.CopyTo(cdb[ScsiCommandPdu.CdbLength..]);
        command.Initialize(
            header.InitiatorTaskTag, new Lun(header.Lun), cdb[..(ScsiCommandPdu.CdbLength + extra.ExtendedCdb.Length)],
            AttributeOf(pdu), direction, pdu.ExpectedDataTransferLength);
    }

    private static TaskAttribute AttributeOf(ScsiCommandPdu pdu) => pdu.Attribute switch
    {
        IscsiTaskAttribute.Ordered => TaskAttribute.Ordered,
        IscsiTaskAttribute.HeadOfQueue => TaskAttribute.HeadOfQueue,
        IscsiTaskAttribute.Aca => TaskAttribute.Aca,
        _ => TaskAttribute.Simple,
    };

    private void BeginTransfer(DataOutTransfer transfer, ScsiCommand command, ScsiCommandPdu pdu)
    {
        var parameters = _session.Parameters;
        var immediate = pdu.Header.DataSegmentLength;
        var announced = !pdu.Header.IsFinal;
        transfer.Begin((uint)immediate, announced, pdu.ExpectedDataTransferLength, (uint)parameters.FirstBurstLength);
        if (announced)
            _session.Watch.Arm();
        if ((immediate > 0 && !parameters.ImmediateData) || immediate > parameters.FirstBurstLength
            || (announced && parameters.InitialR2T))
        {
            // RFC 7143 11.4.7.2: unexpected unsolicited data.
            var sense = Sense.AbortedCommand(AdditionalSense.UnexpectedUnsolicitedData);
            transfer.Fail(sense);
            command.Fail(sense);
        }
    }

    private void Submit(Session nexus, ScsiCommand command)
    {
        try
        {
            nexus.Submit(command);
        }
        catch (InvalidOperationException) when (nexus.IsClosed)
        {
            // The target was removed under the connection; nobody will ask for the data, or say that it is not needed.
            ((IscsiTask)command.DriverState!).DataOut?.Abort();
            _session.Connection.End(ConnectionEndReason.TargetRemoved);
        }
    }

    private Admission Ignore(BasicHeader header)
    {
        if (!header.IsFinal)
            _session.Ledger.Forget(header.InitiatorTaskTag);
        return Admission.Ignore;
    }

    private Admission Refuse(BasicHeader header, RejectReason reason, string detail)
    {
        if (!header.IsFinal)
            _session.Ledger.Forget(header.InitiatorTaskTag);
        Reject.Send(_session, header, reason, detail);
        return Admission.Ignore;
    }
}
