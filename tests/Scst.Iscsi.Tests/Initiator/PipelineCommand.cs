using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Protocol;
using Scst.Testing;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>A command of a <see cref="PipelineInitiator"/> that has not ended.</summary>
internal sealed class PipelineCommand
{
    private readonly TaskCompletionSource<DriverOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DataInCollector _dataIn;
    private readonly ReadyToTransferChecker? _requests;

    /// <param name="initiator">The connection.</param>
    /// <param name="command">What the test wants.</param>
    /// <param name="tag">Its Initiator Task Tag.</param>
    /// <param name="unsolicited">Bytes of data-out that are sent without an R2T.</param>
    public PipelineCommand(TestInitiator initiator, DriverCommand command, uint tag, int unsolicited)
    {
        Command = command;
        Tag = tag;
        _dataIn = new DataInCollector(initiator, command.DataInLength);
        if (command.DataOut.Length > 0)
            _requests = new ReadyToTransferChecker(initiator, tag, unsolicited, command.DataOut.Length);
    }

    public DriverCommand Command { get; }

    public uint Tag { get; }

    public ulong Lun => Scst.Protocol.Lun.FromNumber(Command.Lun).Value;

    public Task<DriverOutcome> Outcome => _outcome.Task;

    /// <summary>Checks an R2T.</summary>
    public DataOutRequest Requested(ReceivedPdu pdu) =>
        _requests?.Check(pdu) ?? throw new InvalidOperationException("An R2T for a command without data-out.");

    /// <summary>Takes a Data-In or the SCSI Response.</summary>
    /// <returns>Whether the command has ended.</returns>
    public bool TryFinish(ReceivedPdu pdu)
    {
        if (_requests is not null)
        {
            Assert.That(pdu.Response.ExpDataSN.Value, Is.EqualTo(_requests.Seen), "ExpDataSN");
            _outcome.SetResult(OutcomeOf(TestInitiator.OutcomeOf(pdu)));
            return true;
        }

        if (!_dataIn.TryFinish(pdu, out var outcome))
            return false;
        _outcome.SetResult(OutcomeOf(outcome));
        return true;
    }

    public void EndWithoutResponse() => _outcome.TrySetResult(new DriverOutcome { NoResponse = true });

    public void Fail(Exception exception) => _outcome.TrySetException(exception);

    private static DriverOutcome OutcomeOf(CommandOutcome outcome) => new()
    {
        Status = (ScsiStatus)outcome.Status,
        SenseData = outcome.Sense,
        DataIn = outcome.Data,
        ResidualKind = outcome.Residual.Kind switch
        {
            IscsiResidualKind.Underflow => ResidualKind.Underflow,
            IscsiResidualKind.Overflow => ResidualKind.Overflow,
            _ => ResidualKind.None,
        },
        ResidualCount = outcome.Residual.Count,
    };
}
