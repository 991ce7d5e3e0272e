using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;
using Scst.Iscsi.Tasks;

namespace Scst.Iscsi.Connections;

/// <summary>What a task management function needs to be answered, kept beside it in the core.</summary>
internal sealed class TaskManagementReply
{
    private readonly IscsiSession _session;
    private readonly uint _initiatorTaskTag;
    private readonly RequestPlace _place;
    private readonly TaskManagementFunctionCode _function;
    private readonly IscsiTask? _referenced;

    public TaskManagementReply(
        IscsiSession session, uint initiatorTaskTag, RequestPlace place, TaskManagementFunctionCode function, IscsiTask? referenced)
    {
        _referenced = referenced;
        _session = session;
        _initiatorTaskTag = initiatorTaskTag;
        _place = place;
        _function = function;
    }

    /// <summary>The core has finished a function.</summary>
    public static void Send(TaskManagementRequest request)
    {
        var reply = (TaskManagementReply)request.DriverState!;
        // To the core the task had ended; to its initiator, which did not hear of that, it is aborted now.
        var response = request.Response == TaskManagementResponse.TaskDoesNotExist && reply._referenced is { IsResponseDropped: true }
            ? TaskManagementResponseCode.FunctionComplete
            : ResponseOf(request.Response);
        Send(reply._session, reply._initiatorTaskTag, reply._place, response, reply._function);
    }

    public static void Send(
        IscsiSession session, uint initiatorTaskTag, RequestPlace place, TaskManagementResponseCode response,
        TaskManagementFunctionCode function = default)
    {
        // TARGET COLD RESET ends all sessions with the target (RFC 7143 11.5.1), this one after its answer.
        var isReset = function == TaskManagementFunctionCode.TargetColdReset && response == TaskManagementResponseCode.FunctionComplete;
        var pdu = new ControlPdu { Place = place, Sent = isReset ? () => EndSessions(session.Nexus!.Target) : null };
        TaskManagementResponsePdu.Write(pdu.Header, initiatorTaskTag, default, response);
        session.Send(pdu);

        void EndSessions(Target target)
        {
            foreach (var connection in session.Node.Connections.Snapshot())
            {
                if (connection.Session?.Nexus?.Target == target)
                    connection.End(ConnectionEndReason.TargetReset);
            }
        }
    }

    private static TaskManagementResponseCode ResponseOf(TaskManagementResponse response) => response switch
    {
        TaskManagementResponse.FunctionComplete => TaskManagementResponseCode.FunctionComplete,
        TaskManagementResponse.FunctionSucceeded => TaskManagementResponseCode.FunctionSucceeded,
        TaskManagementResponse.TaskDoesNotExist => TaskManagementResponseCode.TaskDoesNotExist,
        TaskManagementResponse.IncorrectLogicalUnitNumber => TaskManagementResponseCode.LunDoesNotExist,
        TaskManagementResponse.FunctionNotSupported => TaskManagementResponseCode.FunctionNotSupported,
        _ => TaskManagementResponseCode.FunctionRejected,
    };
}
