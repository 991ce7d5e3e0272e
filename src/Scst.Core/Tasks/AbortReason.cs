namespace Scst;

/// <summary>Who ended a command before its time; it decides what its initiator hears.</summary>
internal enum AbortReason : byte
{
    None,

    /// <summary>A task management function of the same I_T nexus: no response (SAM-6 5.6).</summary>
    OwnNexus,

    /// <summary>A function of another I_T nexus: TASK ABORTED if TAS is one, else no response and a unit attention.</summary>
    OtherNexus,

    /// <summary>The session is over: nobody to answer.</summary>
    NexusLoss,
}
