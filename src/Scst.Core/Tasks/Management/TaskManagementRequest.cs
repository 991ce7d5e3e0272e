using Scst.Protocol;

namespace Scst;

/// <summary>One task management function on its way (SAM-6 7).</summary>
public sealed class TaskManagementRequest
{
    internal TaskManagementRequest(
        Session session,
        TaskManagementFunction function,
        Lun lun,
        ulong referencedTag,
        object? driverState)
    {
        Session = session;
        Function = function;
        Lun = lun;
        ReferencedTag = referencedTag;
        DriverState = driverState;
    }

    /// <summary>The session that it came through.</summary>
    public Session Session { get; }

    /// <summary>The function.</summary>
    public TaskManagementFunction Function { get; }

    /// <summary>The LUN field as the initiator sent it.</summary>
    public Lun Lun { get; }

    /// <summary>The tag of the command concerned, for ABORT TASK and QUERY TASK.</summary>
    public ulong ReferencedTag { get; }

    /// <summary>The driver's own object.</summary>
    public object? DriverState { get; }

    /// <summary>The service response; meaningful in <see cref="ITargetDriver.TaskManagementDone"/>.</summary>
    public TaskManagementResponse Response { get; internal set; }
}
