namespace Scst;

/// <summary>
/// Who ended a command before its time; it decides what its initiator hears. Of several, the one that stands last here counts.
/// </summary>
internal enum AbortReason : byte
{
    None,

    /// <summary>The session's LUN map lost the LUN, and the command did not end in the time that it had: ABORTED COMMAND.</summary>
    NotDrained,

    /// <summary>The session's LUN map lost the LUN before the command had its turn: LOGICAL UNIT NOT SUPPORTED.</summary>
    NexusRemoved,

    /// <summary>A function of another I_T nexus: TASK ABORTED if TAS is one, else no response and a unit attention.</summary>
    OtherNexus,

    /// <summary>A task management function of the same I_T nexus: no response (SAM-6 5.6).</summary>
    OwnNexus,

    /// <summary>The session is over: nobody to answer.</summary>
    NexusLoss,
}
