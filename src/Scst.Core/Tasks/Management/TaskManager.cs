using System;
using System.Collections.Generic;
using System.Linq;
using Scst.Diagnostics;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// Task management (SAM-6 7): closes the gates concerned, aborts, waits until nothing that was aborted can touch the
/// medium or its initiator, applies what follows, answers, and opens the gates again. Safe: the answer is the last thing.
/// </summary>
internal sealed class TaskManager
{
    private readonly ScsiEngine _engine;
    private readonly AbortTracker _aborts;

    internal TaskManager(ScsiEngine engine, AbortTracker aborts)
    {
        _engine = engine;
        _aborts = aborts;
    }

    /// <summary>Starts a function. Called in the order of the session's submissions.</summary>
    internal void Begin(TaskManagementRequest request)
    {
        _engine.Log.TaskManagementReceived(request.Function, request.Session.InitiatorName, request.Lun);
        switch (request.Function)
        {
            case TaskManagementFunction.AbortTask:
                AbortTask(request);
                break;
            case TaskManagementFunction.AbortTaskSet:
            case TaskManagementFunction.ClearTaskSet:
            case TaskManagementFunction.LogicalUnitReset:
                WithNexus(request, nexus => AbortInLogicalUnits(request, [nexus]));
                break;
            case TaskManagementFunction.TargetReset:
                AbortInLogicalUnits(request, [.. AllNexuses(request.Session)]);
                break;
            case TaskManagementFunction.ITNexusReset:
                AbortInLogicalUnits(request, [.. request.Session.Nexuses]);
                break;
            case TaskManagementFunction.QueryTask:
                WithNexus(request, nexus => Query(request, request.Session.Commands.Any(
                    command => IsInTaskSet(command, nexus) && IsReferenced(command, request))));
                break;
            case TaskManagementFunction.QueryTaskSet:
                WithNexus(request, nexus => Query(request, request.Session.Commands.Any(command => IsInTaskSet(command, nexus))));
                break;
            case TaskManagementFunction.QueryAsynchronousEvent:
                WithNexus(request, nexus => Query(request, nexus.HasAttention));
                break;
            default:
                Settle(request, TaskManagementResponse.FunctionNotSupported);
                break;
        }
    }

    /// <summary>The session ends: all of its commands are aborted without a response.</summary>
    internal void BeginClose(Session session, SessionEndReason reason)
    {
        var operation = new AbortOperation(_ => session.FinishClose(reason)) { LeavesOrphans = true };
        _aborts.Abort(operation, session.Commands, static _ => true, static _ => AbortReason.NexusLoss);
        session.Inbox?.Settled();
    }

    /// <summary>
    /// PREEMPT AND ABORT (SPC-6): aborts the commands of I_T nexuses in a logical unit, but for the one that asks for it.
    /// </summary>
    /// <returns>Awaits that none of them can touch the medium any more.</returns>
    internal AbortAwaiter Preempt(LogicalUnit logicalUnit, HashSet<NexusId> preempted, ScsiCommand preempting)
    {
        var done = new AbortAwaiter();
        Session own = preempting.Session;
        _engine.Pipeline.Run(() => _aborts.Abort(
            new AbortOperation(_ => done.Complete()),
            logicalUnit.Nexuses.Select(nexus => nexus.Session).Distinct().SelectMany(session => session.Commands),
            command => command != preempting
                && command.Nexus is { } nexus && nexus.LogicalUnit == logicalUnit
                && nexus.Session.NexusId is { } named && preempted.Contains(named),
            command => command.Session == own ? AbortReason.OwnNexus : AbortReason.OtherNexus));
        return done;
    }

    /// <summary>
    /// Whether the initiator takes the command for one of this nexus: it knows the LUN only, which was another nexus before.
    /// </summary>
    private static bool IsOfLun(ScsiCommand command, LunNexus nexus) =>
        command.Nexus is { } its && (its == nexus || (its.IsGone && its.Session == nexus.Session && its.Lun == nexus.Lun));

    private static bool IsInTaskSet(ScsiCommand command, LunNexus nexus) =>
        IsOfLun(command, nexus)
        && CommandWord.PhaseOf(command.ReadWord())
            is CommandWord.Pending or CommandWord.Dormant or CommandWord.Enabled or CommandWord.Lent;

    private static IEnumerable<LunNexus> AllNexuses(Session session)
    {
        foreach (LunMapping entry in session.Map.Entries)
        {
            // The map may change meanwhile.
            if (session.FindNexus(Lun.FromNumber(entry.Number)) is { } nexus)
                yield return nexus;
        }
    }

    private static bool IsReferenced(ScsiCommand command, TaskManagementRequest request) =>
        CommandWord.PhaseOf(command.ReadWord()) != CommandWord.Free
        && command.Tag == request.ReferencedTag
        && command.Lun == request.Lun;

    private void WithNexus(TaskManagementRequest request, Action<LunNexus> act)
    {
        if (request.Session.FindNexus(request.Lun) is { } nexus)
            act(nexus);
        else
            Settle(request, TaskManagementResponse.IncorrectLogicalUnitNumber);
    }

    private void Query(TaskManagementRequest request, bool answer) =>
        Settle(request, answer ? TaskManagementResponse.FunctionSucceeded : TaskManagementResponse.FunctionComplete);

    private void AbortTask(TaskManagementRequest request)
    {
        // A command that has ended has left the task set; its response, already on the way, goes first.
        var operation = new AbortOperation(done => Respond(
            request,
            done.AbortedAny ? TaskManagementResponse.FunctionComplete : TaskManagementResponse.TaskDoesNotExist));
        // All that have the tag: an initiator uses it again once it has the response, which may be before the driver says
        // that the response was sent.
        _aborts.Abort(operation, request.Session.Commands, command => IsReferenced(command, request), static _ => AbortReason.OwnNexus);
        request.Session.Inbox?.Settled();
    }

    /// <summary>Everything but ABORT TASK: one or more logical units, the own nexus or all of them.</summary>
    private void AbortInLogicalUnits(TaskManagementRequest request, IReadOnlyList<LunNexus> nexuses)
    {
        bool ownOnly = request.Function is TaskManagementFunction.AbortTaskSet or TaskManagementFunction.ITNexusReset;
        foreach (LunNexus nexus in nexuses)
        {
            if (ownOnly)
                nexus.CloseGate();
            else
                nexus.LogicalUnit.TaskSet.Hold();
        }
        var affected = new HashSet<LunNexus>(ownOnly ? nexuses : nexuses.SelectMany(nexus => nexus.LogicalUnit.Nexuses));
        var operation = new AbortOperation(done =>
        {
            foreach (LunNexus nexus in nexuses)
                ApplyEffects(request, nexus, done);
            Respond(request, TaskManagementResponse.FunctionComplete);
            foreach (LunNexus nexus in nexuses)
            {
                if (ownOnly)
                {
                    nexus.OpenGate();
                    nexus.LogicalUnit.TaskSet.Reconsider();
                }
                else
                {
                    nexus.LogicalUnit.TaskSet.Release();
                }
            }
        });
        Session own = request.Session;
        // The whole session includes commands whose LUN names no logical unit: they have no nexus, but an initiator.
        bool wholeSession = request.Function is TaskManagementFunction.ITNexusReset or TaskManagementFunction.TargetReset;
        _engine.Pipeline.Run(() =>
        {
            _aborts.Abort(
                operation,
                affected.Select(nexus => nexus.Session).Append(own).Distinct().SelectMany(session => session.Commands),
                command => (wholeSession && command.Session == own)
                    || (command.Nexus is { } nexus && affected.Contains(nexus))
                    || (!wholeSession && IsOfLun(command, nexuses[0])),
                command => command.Session == own ? AbortReason.OwnNexus : AbortReason.OtherNexus);
            own.Inbox?.Settled();
        });
    }

    private static void ApplyEffects(TaskManagementRequest request, LunNexus nexus, AbortOperation operation)
    {
        LogicalUnit logicalUnit = nexus.LogicalUnit;
        switch (request.Function)
        {
            case TaskManagementFunction.ClearTaskSet when !logicalUnit.ModePages.TaskAbortedStatus:
                foreach (LunNexus loser in operation.Losers)
                    loser.Attention.Establish(AdditionalSense.CommandsClearedByAnotherInitiator);
                break;
            case TaskManagementFunction.LogicalUnitReset:
            case TaskManagementFunction.TargetReset:
                logicalUnit.ApplyReset();
                break;
            case TaskManagementFunction.ITNexusReset:
                logicalUnit.ChangeReservation(reservation => reservation is not null && reservation.EndsWith(nexus) ? null : reservation);
                // SBC-5, PREVENT ALLOW MEDIUM REMOVAL: the loss of the nexus ends it.
                nexus.PreventsMediumRemoval = false;
                nexus.Attention.Establish(AdditionalSense.ITNexusLossOccurred);
                break;
        }
    }

    private void Settle(TaskManagementRequest request, TaskManagementResponse response)
    {
        Respond(request, response);
        request.Session.Inbox?.Settled();
    }

    private void Respond(TaskManagementRequest request, TaskManagementResponse response)
    {
        request.Response = response;
        Guard(request.Session, driver => driver.TaskManagementDone(request));
    }

    private void Guard(Session session, Action<ITargetDriver> call)
    {
        ITargetDriver driver = session.Target.Driver;
        try
        {
            call(driver);
        }
        catch (Exception exception)
        {
            _engine.Log.DriverFailed(exception, driver.GetType().Name, session.InitiatorName);
        }
    }
}
