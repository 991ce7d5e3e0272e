using System;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;
using Scst.Protocol;
using Function = Scst.Iscsi.Protocol.TaskManagementFunctionCode;

namespace Scst.Iscsi.Receiving;

/// <summary>Task Management Function Request (RFC 7143 11.5, RFC 7144 6.3).</summary>
internal sealed class TaskManagementHandler
{
    // iSCSIProtocolLevel that allows the functions of RFC 7144.
    private const int SamLevel = 2;

    private readonly IscsiSession _session;
    private readonly HeldPdus _held;

    public TaskManagementHandler(IscsiSession session, HeldPdus held)
    {
        _session = session;
        _held = held;
    }

    public void Handle(TaskManagementRequestPdu request, RequestPlace place)
    {
        var tag = request.Header.InitiatorTaskTag;
        if (_session.Nexus is not { } nexus)
        {
            Reject.Send(_session, request.Header, RejectReason.CommandNotSupported, "discovery session", place);
            return;
        }

        if (request.Function == Function.TaskReassign)
        {
            Answer(tag, place, TaskManagementResponseCode.TaskAllegianceReassignmentNotSupported);
            return;
        }

        if (FunctionOf(request.Function) is not { } function)
        {
            Answer(tag, place, TaskManagementResponseCode.FunctionNotSupported);
            return;
        }

        var referenced = request.Function == Function.AbortTask ? _session.Ledger.Find(request.ReferencedTaskTag) : null;
        if (request.Function == Function.AbortTask && referenced is null)
        {
            Answer(tag, place, AbortUnknownTask(request));
            return;
        }

        // A response that waits for data is given up: the initiator may not send that data any more (RFC 7143 7.8).
        var dropped = _session.DropHeldResponses(request.Function, request.Header.Lun, referenced, alsoLater: false);
        if (dropped && referenced is not null)
        {
            Answer(tag, place, TaskManagementResponseCode.FunctionComplete);
            return;
        }

        VoidHeldCommands(request);
        try
        {
            var reply = new TaskManagementReply(_session, tag, place, request.Function, referenced);
            nexus.SubmitTaskManagement(function, new Lun(request.Header.Lun), request.ReferencedTaskTag, reply);
            // The function waits for the responses of those that ended before it was known to the core.
            _session.DropHeldResponses(request.Function, request.Header.Lun, referenced, alsoLater: true);
        }
        catch (InvalidOperationException) when (nexus.IsClosed)
        {
            _session.Connection.End(ConnectionEndReason.TargetRemoved);
        }
    }

    private TaskManagementFunction? FunctionOf(Function function) => function switch
    {
        Function.AbortTask => TaskManagementFunction.AbortTask,
        Function.AbortTaskSet => TaskManagementFunction.AbortTaskSet,
        Function.ClearAca => TaskManagementFunction.ClearAca,
        Function.ClearTaskSet => TaskManagementFunction.ClearTaskSet,
        Function.LogicalUnitReset => TaskManagementFunction.LogicalUnitReset,
        Function.TargetWarmReset or Function.TargetColdReset => TaskManagementFunction.TargetReset,
        _ when _session.Parameters.ProtocolLevel < SamLevel => null,
        Function.QueryTask => TaskManagementFunction.QueryTask,
        Function.QueryTaskSet => TaskManagementFunction.QueryTaskSet,
        Function.ITNexusReset => TaskManagementFunction.ITNexusReset,
        Function.QueryAsynchronousEvent => TaskManagementFunction.QueryAsynchronousEvent,
        _ => null,
    };

    /// <summary>
    /// ABORT TASK for a tag that no task has: if its number can still come it counts as received and the function is complete,
    /// else there is no such task (RFC 7143 11.6.1 b and c).
    /// </summary>
    private TaskManagementResponseCode AbortUnknownTask(TaskManagementRequestPdu request)
    {
        var number = request.RefCmdSN;
        if (!(number < request.CmdSN) || !_session.Ledger.IsAwaited(number))
            return TaskManagementResponseCode.TaskDoesNotExist;
        _session.Ledger.Forget(request.ReferencedTaskTag);
        _held.Void(number);
        return TaskManagementResponseCode.FunctionComplete;
    }

    /// <summary>
    /// Commands that come before an immediate function belong to its set though their turn has not come (RFC 7143 4.2.3.3):
    /// none of them may begin after the answer.
    /// </summary>
    private void VoidHeldCommands(TaskManagementRequestPdu request)
    {
        ulong? lun;
        switch (request.Function)
        {
            case Function.AbortTaskSet or Function.ClearTaskSet or Function.LogicalUnitReset:
                lun = request.Header.Lun;
                break;
            case Function.TargetWarmReset or Function.TargetColdReset or Function.ITNexusReset:
                lun = null;
                break;
            default:
                return;
        }

        foreach (var held in _held.VoidCommands(request.CmdSN, lun))
            _session.Ledger.Forget(held.InitiatorTaskTag);
    }

    private void Answer(uint tag, RequestPlace place, TaskManagementResponseCode response) =>
        TaskManagementReply.Send(_session, tag, place, response);
}
