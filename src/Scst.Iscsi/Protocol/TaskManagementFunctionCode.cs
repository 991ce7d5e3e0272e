namespace Scst.Iscsi.Protocol;

/// <summary>Function codes of the Task Management Function Request (RFC 7143 11.5.1; from 9 on RFC 7144 6.3).</summary>
internal enum TaskManagementFunctionCode : byte
{
    AbortTask = 1,
    AbortTaskSet = 2,
    ClearAca = 3,
    ClearTaskSet = 4,
    LogicalUnitReset = 5,
    TargetWarmReset = 6,
    TargetColdReset = 7,
    TaskReassign = 8,

    /// <summary>This and the later ones only with iSCSIProtocolLevel 2 (RFC 7144 6.3).</summary>
    QueryTask = 9,
    QueryTaskSet = 10,
    ITNexusReset = 11,
    QueryAsynchronousEvent = 12,
}
