using System;
using Scst.Diagnostics;
using Scst.Protocol;

namespace Scst;

/// <content>From the end of a command to the end of its response, and back again where a loan could not be sent.</content>
internal sealed partial class CommandPipeline
{
    /// <summary>The driver is done with the response.</summary>
    internal void ResponseEnded(ScsiCommand command, bool delivered, bool wasLent)
    {
        LunNexus? nexus = command.Nexus;
        if (wasLent)
            LeaveTaskSet(command, nexus!.LogicalUnit);
        if (!delivered)
        {
            command.Session.CountUndelivered();
            command.ReturnAttention();
        }
        Free(command);
        if (wasLent)
            nexus!.LogicalUnit.TaskSet.Drain();
    }

    private void Free(ScsiCommand command)
    {
        LunNexus? nexus = command.Nexus;
        if (nexus is not null && nexus.LogicalUnit.FreedHandler is { } freed && command.WasGivenToHandler)
            Guard(nexus.LogicalUnit, freed, command, static (handler, freedCommand) => handler.CommandFreed(freedCommand));
        command.ReturnBuffers(_engine.BufferPool);
        if (command.IsAdmitted)
            nexus!.Retire();
        command.Reset();
        long before = command.ChangePhase(CommandWord.Free, clear: CommandWord.Generation - 1);
        if ((before & CommandWord.Watched) != 0)
            _engine.Aborts.CommandFreed(command);
        else
            command.Session.Return(command);
        if ((before & CommandWord.Orphaned) != 0)
            _engine.Orphans.Remove(command);
    }

    /// <summary>The driver could not send what the handler has lent.</summary>
    internal void DataInFaulted(ScsiCommand command, bool goesOn)
    {
        LogicalUnit logicalUnit = command.Nexus!.LogicalUnit;
        if (!goesOn)
        {
            command.Stage = CommandStage.Done;
            Resume(command);
            return;
        }
        Guard(logicalUnit, logicalUnit.DataInLender!, command, static (lender, borrower) => lender.CopyDataIn(borrower));
        if (logicalUnit.BurstHandler is not null)
            logicalUnit.EndOfBurst();
    }

    private void Respond(ScsiCommand command)
    {
        LogicalUnit? logicalUnit = command.Nexus?.LogicalUnit;
        int phase = CommandWord.PhaseOf(command.ReadWord());
        command.Stage = CommandStage.Responding;
        if (phase == CommandWord.Lent && command.TryBeginLentResponse())
        {
            // It leaves the task set when the driver is done with what it was lent.
            command.SettleTransfer();
            SendResponse(command);
            return;
        }
        if (phase != CommandWord.Ended)
            command.EndPhase();
        bool isAborted = (command.WordAtEnd & CommandWord.Aborted) != 0;
        if (isAborted)
            ApplyAbort(command);
        if (command.HasFailed)
            command.FormatSense(logicalUnit?.SenseFormat ?? SenseFormat.Fixed);
        command.SettleTransfer();
        LeaveTaskSet(command, logicalUnit);
        if ((command.WordAtEnd & CommandWord.Orphaned) == 0)
        {
            command.BeginResponse();
            SendResponse(command);
        }
        else if (command.EndOrphan())
        {
            Free(command);
        }
        logicalUnit?.TaskSet.Drain();
    }

    /// <summary>
    /// Gives the driver the end of a command that its handler still has, if that is all that keeps the command's session from ending.
    /// </summary>
    internal void Orphan(ScsiCommand command)
    {
        if (!command.TryOrphan())
            return;
        LunNexus nexus = command.Nexus!;
        (string? name, ulong tag) = (command.Descriptor?.Name, command.Tag);
        _engine.Orphans.Add(command, nexus);
        command.Suppress();
        SendResponse(command);
        _log.CommandOrphaned(name, tag, nexus.Session.InitiatorName, nexus.LogicalUnit.Name);
    }

    /// <summary>The command can touch the medium no more: tell those who wait for that.</summary>
    private void LeaveTaskSet(ScsiCommand command, LogicalUnit? logicalUnit)
    {
        logicalUnit?.TaskSet.Leave(command);
        if ((command.WordAtEnd & CommandWord.Watched) != 0)
            _engine.Aborts.CommandEnded(command);
    }

    private void SendResponse(ScsiCommand command)
    {
        ITargetDriver driver = command.Session.Target.Driver;
        long word = command.ReadWord();
        try
        {
            driver.SendResponse(command);
        }
        catch (Exception exception)
        {
            _log.DriverFailed(exception, driver.GetType().Name, command.Session.InitiatorName);
            if (command.IsSameUse(word) && command.IsResponding)
                command.ResponseSent(delivered: false);
        }
    }

    private static void ApplyAbort(ScsiCommand command)
    {
        command.IsEndedByAbort = true;
        command.ReturnAttention();
        switch (command.AbortReason)
        {
            case AbortReason.NexusRemoved:
                command.SetFailure(Sense.IllegalRequest(AdditionalSense.LogicalUnitNotSupported));
                break;
            case AbortReason.NotDrained:
                command.SetFailure(Sense.AbortedCommand(AdditionalSense.CommandsClearedByDeviceServer));
                break;
            case AbortReason.OtherNexus when command.Nexus!.LogicalUnit.ModePages.TaskAbortedStatus:
                command.ReplaceFailure(ScsiStatus.TaskAborted);
                break;
            case AbortReason.OtherNexus when command.Nexus.IsGone:
                // The unit attention that would stand for the response could not be reported by anybody.
                command.SetFailure(Sense.AbortedCommand(AdditionalSense.CommandsClearedByAnotherInitiator));
                break;
            default:
                command.Suppress();
                break;
        }
    }
}
