using System;
using Microsoft.Extensions.Logging;
using Scst.Diagnostics;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// The command state machine: the one place where a command's stage changes. Each stage either goes straight on in the
/// caller's context or parks the command and returns.
/// </summary>
internal sealed partial class CommandPipeline
{
    private readonly ScsiEngine _engine;
    private readonly StepScheduler? _steps;
    private readonly ILogger _log;

    internal CommandPipeline(ScsiEngine engine, StepScheduler? steps)
    {
        _engine = engine;
        _steps = steps;
        _log = engine.Log;
    }

    internal bool IsSimulated => _steps is not null;

    /// <summary>Runs a command from the stage that it has reached.</summary>
    internal void Resume(ScsiCommand command)
    {
        if (_steps is not null)
        {
            ScheduleStep(_steps, command);
            return;
        }
        while (Advance(command))
        {
        }
    }

    /// <summary>Runs something that is not one command's, as a scheduling point of its own.</summary>
    internal void Run(Action action)
    {
        if (_steps is null)
            action();
        else
            _steps.Schedule(action);
    }

    /// <summary>The task set gives the command its turn.</summary>
    internal void TurnCame(ScsiCommand command)
    {
        if (!command.OpenLatch())
            return;
        command.Stage = CommandStage.Ordered;
        Resume(command);
    }

    /// <summary>The driver has stopped fetching data-out.</summary>
    internal void DataOutEnded(ScsiCommand command)
    {
        if (command.LendsDataOut)
            command.Stage = command.IsAborted || command.HasFailed ? CommandStage.Done : CommandStage.Checked;
        else if (command.UsesLatch && !command.OpenLatch())
            return;
        else
            command.Stage = CommandStage.Ordered;
        Resume(command);
    }

    // A method of its own: a closure in Resume would be allocated in production too.
    private void ScheduleStep(StepScheduler steps, ScsiCommand command) => steps.Schedule(() => Step(command));

    private void Step(ScsiCommand command)
    {
        Session session = command.Session;
        bool settled = command.Stage >= CommandStage.Accepted;
        bool goesOn = Advance(command);
        if (!settled && (!goesOn || command.Stage >= CommandStage.Accepted))
            session.Inbox!.Settled();
        if (goesOn)
            Resume(command);
    }

    /// <returns>Whether the command goes on here; if not, it may already be somebody else's.</returns>
    private bool Advance(ScsiCommand command)
    {
        switch (command.Stage)
        {
            case CommandStage.Received:
                return Translate(command);
            case CommandStage.Translated:
                return Admit(command);
            case CommandStage.Admitted:
                Parse(command);
                return true;
            case CommandStage.Parsed:
                command.Stage = TaskSet.TryMark(command) ? CommandStage.Entered : CommandStage.Done;
                return true;
            case CommandStage.Entered:
                command.SetLatch(2);
                command.UsesLatch = !command.Nexus!.LogicalUnit.TaskSet.TryEnter(command);
                command.Stage = CommandStage.Accepted;
                return true;
            case CommandStage.Accepted:
                ProvideBuffers(command);
                return true;
            case CommandStage.BufferReady:
                return FetchDataOut(command);
            case CommandStage.Ordered:
                command.Stage = Check(command) ? CommandStage.Checked : CommandStage.Done;
                return true;
            case CommandStage.Checked:
                return Execute(command);
            case CommandStage.Done:
                Respond(command);
                return false;
            default:
                throw new InvalidOperationException($"A command cannot go on from {command.Stage}.");
        }
    }

    private bool Translate(ScsiCommand command)
    {
        command.Session.Translate(command);
        if (command.Nexus is not null)
        {
            command.Stage = CommandStage.Translated;
            return true;
        }
        return ExecuteWithoutLogicalUnit(command);
    }

    private static bool Admit(ScsiCommand command)
    {
        ScsiStatus? refusal = command.Nexus!.LogicalUnit.Admission.TryAdmit(command.Nexus);
        command.IsAdmitted = refusal is null;
        if (refusal is { } status)
            command.ReplaceFailure(status);
        command.Stage = refusal is null ? CommandStage.Admitted : CommandStage.Done;
        return true;
    }

    private void Parse(ScsiCommand command)
    {
        LogicalUnit logicalUnit = command.Nexus!.LogicalUnit;
        command.Stage = CommandStage.Parsed;
        if (command.HasFailed || !CommandParser.TryDescribe(command, logicalUnit.Commands))
            return;
        if (command.Descriptor!.IsPrimary)
            CommandParser.ParsePrimary(command);
        else
            Guard(logicalUnit, logicalUnit.Handler, command, static (handler, parsed) => handler.Parse(parsed));
    }

    private void ProvideBuffers(ScsiCommand command)
    {
        command.Stage = CommandStage.BufferReady;
        if (command.HasFailed || command.DataLength == 0)
            return;
        if (WantsToLend(command))
            return;
        if (!command.TryRentBuffers(_engine.BufferPool, command.DataLength))
            command.Refuse(Admission.StatusFor(command.Nexus!));
    }

    private bool FetchDataOut(ScsiCommand command)
    {
        bool fetches = command.DataOutLength > 0 && !command.LendsDataOut && !command.HasFailed && !command.IsRefused;
        if (fetches && command.TryBeginDataOut())
        {
            RequestDataOut(command);
            return false;
        }
        if (command.UsesLatch && !command.OpenLatch())
            return false;
        command.Stage = CommandStage.Ordered;
        return true;
    }

    private void RequestDataOut(ScsiCommand command)
    {
        command.Stage = CommandStage.DataOutWait;
        ITargetDriver driver = command.Session.Target.Driver;
        long word = command.ReadWord();
        try
        {
            driver.RequestDataOut(command);
            // An abort that came between the mark and this call reached a driver that had nothing to stop yet.
            if (command.IsAborted && command.IsFetchingDataOut && command.IsSameUse(word))
                driver.AbortDataOut(command);
        }
        catch (Exception exception)
        {
            _log.DriverFailed(exception, driver.GetType().Name, command.Session.InitiatorName);
            if (command.IsSameUse(word) && command.IsFetchingDataOut)
                command.DataOutFailed(Sense.AbortedCommand(AdditionalSense.InternalTargetFailure));
        }
    }

    /// <summary>Everything that can stop a command at its turn, in the order of precedence.</summary>
    private static bool Check(ScsiCommand command)
    {
        if (command.IsAborted)
            return false;
        LunNexus nexus = command.Nexus!;
        CommandFlags flags = command.Descriptor?.Flags ?? CommandFlags.None;
        bool isTold = nexus.HasAttention && (flags & CommandFlags.SkipsUnitAttention) == 0;
        // BUSY and TASK SET FULL may come first. Then come the unit attentions of resets and nexus loss, then RESERVATION
        // CONFLICT, then every other CHECK CONDITION (SAM-6, status precedence).
        if (command.IsRefused)
            return false;
        if (isTold && nexus.Attention.TryTakeReset(out AdditionalSense reset))
        {
            command.SetAttention(reset);
            return false;
        }
        ReservationVerdict verdict = nexus.LogicalUnit.PersistentReservations.Check(command);
        bool conflicts = verdict == ReservationVerdict.Conflict || nexus.LogicalUnit.Reservation?.ConflictsWith(command) == true;
        if (conflicts)
        {
            command.ReplaceFailure(ScsiStatus.ReservationConflict);
            return false;
        }
        if (isTold && nexus.TryTakeAttention(out AdditionalSense condition))
        {
            command.SetAttention(condition);
            return false;
        }
        bool isProtected = (flags & CommandFlags.WritesMedium) != 0 && nexus.IsWriteProtected;
        if (command.HasFailed)
        {
            // Whatever else is wrong with it, on this medium it could not succeed (SBC-5, write protection).
            if (isProtected && verdict != ReservationVerdict.InformationLost)
                command.SetFailure(Sense.DataProtect(AdditionalSense.WriteProtected));
            return false;
        }
        if (verdict == ReservationVerdict.InformationLost)
        {
            command.SetFailure(new Sense(SenseKey.DataProtect, AdditionalSense.PersistentReservationInformationLost));
            return false;
        }
        if ((flags & CommandFlags.AccessesMedium) != 0 && nexus.LogicalUnit.NotReady is { } notReady)
        {
            command.SetFailure(notReady);
            return false;
        }
        if (isProtected)
        {
            command.SetFailure(Sense.DataProtect(AdditionalSense.WriteProtected));
            return false;
        }
        return true;
    }

    private bool Execute(ScsiCommand command)
    {
        LogicalUnit logicalUnit = command.Nexus!.LogicalUnit;
        if (command.LendsDataOut && command.Segments.IsEmpty)
            return FetchIntoLoan(command, logicalUnit);
        command.Stage = CommandStage.Executing;
        if (command.Descriptor!.IsPrimary)
        {
            // Pages and mode pages come from the handler, so this may fail as the handler may.
            Guard(logicalUnit, _engine.DeviceServer, command, static (server, executed) => server.Execute(executed));
            return false;
        }
        command.WasGivenToHandler = true;
        Session session = command.Session;
        Guard(logicalUnit, logicalUnit.Handler, command, static (handler, executed) => handler.Execute(executed));
        if (logicalUnit.BurstHandler is not null)
            session.ExecutedFor(logicalUnit);
        return false;
    }

    private bool FetchIntoLoan(ScsiCommand command, LogicalUnit logicalUnit)
    {
        command.WasGivenToHandler = true;
        bool lent = Ask(logicalUnit, logicalUnit.DataOutLender!, command, static (lender, borrower) =>
        {
            bool isLent = lender.TryLend(borrower);
            borrower.CheckLoan(isLent);
            return isLent;
        });
        if (!command.HasFailed && !lent && !command.TryRentBuffers(_engine.BufferPool, command.DataLength))
            command.Refuse(Admission.StatusFor(command.Nexus!));
        if (command.HasFailed || command.IsRefused || !command.TryBeginDataOut())
        {
            command.Stage = CommandStage.Done;
            return true;
        }
        RequestDataOut(command);
        return false;
    }

    private bool ExecuteWithoutLogicalUnit(ScsiCommand command)
    {
        command.Stage = CommandStage.Done;
        if (!command.TryEnterPhase(CommandWord.Enabled))
            return true;
        if (!command.HasFailed && CommandParser.TryDescribe(command, PrimaryCommands.Table))
            CommandParser.ParsePrimary(command);
        if (DeviceServer.AnswersWithoutLogicalUnit(command.Descriptor))
        {
            if (!command.HasFailed && !command.TryRentBuffers(_engine.BufferPool, command.DataLength))
                command.Refuse(ScsiStatus.Busy);
        }
        else
        {
            command.SetFailure(Sense.IllegalRequest(AdditionalSense.LogicalUnitNotSupported));
        }
        if (command.HasFailed || command.IsRefused)
            return true;
        command.Stage = CommandStage.Executing;
        DeviceServer.ExecuteWithoutLogicalUnit(command);
        return false;
    }
}
