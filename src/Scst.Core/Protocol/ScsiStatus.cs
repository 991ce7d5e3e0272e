namespace Scst.Protocol;

/// <summary>Status code that ends a command (SAM-6, status codes).</summary>
public enum ScsiStatus : byte
{
    /// <summary>00h GOOD: completed without error.</summary>
    Good = 0x00,

    /// <summary>02h CHECK CONDITION: sense data was delivered with the status.</summary>
    CheckCondition = 0x02,

    /// <summary>04h CONDITION MET: the condition that the command asked about holds (PRE-FETCH).</summary>
    ConditionMet = 0x04,

    /// <summary>08h BUSY: the logical unit is temporarily unable to accept the command.</summary>
    Busy = 0x08,

    /// <summary>18h RESERVATION CONFLICT: another I_T nexus holds a reservation that refuses this command.</summary>
    ReservationConflict = 0x18,

    /// <summary>28h TASK SET FULL: no room for another command of this I_T nexus.</summary>
    TaskSetFull = 0x28,

    /// <summary>30h ACA ACTIVE: an auto contingent allegiance condition keeps the command out.</summary>
    AcaActive = 0x30,

    /// <summary>40h TASK ABORTED: aborted by another I_T nexus while the control mode page has TAS set to one.</summary>
    TaskAborted = 0x40,
}
