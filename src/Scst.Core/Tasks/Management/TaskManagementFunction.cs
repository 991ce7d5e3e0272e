namespace Scst;

/// <summary>Task management functions (SAM-6 7).</summary>
public enum TaskManagementFunction
{
    /// <summary>ABORT TASK: one command of this I_T_L nexus.</summary>
    AbortTask,

    /// <summary>ABORT TASK SET: every command of this I_T_L nexus.</summary>
    AbortTaskSet,

    /// <summary>CLEAR ACA; not supported, as no ACA condition is ever established.</summary>
    ClearAca,

    /// <summary>CLEAR TASK SET: every command in the task set, of all nexuses (TST 000b).</summary>
    ClearTaskSet,

    /// <summary>LOGICAL UNIT RESET.</summary>
    LogicalUnitReset,

    /// <summary>Reset of every logical unit that the initiator sees through this target port (obsolete in SAM; iSCSI TARGET WARM RESET and TARGET COLD RESET).</summary>
    TargetReset,

    /// <summary>I_T NEXUS RESET: every command of this session, as if the nexus had been lost.</summary>
    ITNexusReset,

    /// <summary>QUERY TASK: whether one command of this I_T_L nexus is in the task set.</summary>
    QueryTask,

    /// <summary>QUERY TASK SET: whether any command of this I_T_L nexus is in the task set.</summary>
    QueryTaskSet,

    /// <summary>QUERY ASYNCHRONOUS EVENT: whether a unit attention is pending for this I_T_L nexus.</summary>
    QueryAsynchronousEvent,
}
