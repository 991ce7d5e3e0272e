namespace Scst.Protocol;

/// <summary>SERVICE ACTION of PERSISTENT RESERVE OUT (SPC-6); 09h to 1Fh are reserved.</summary>
internal enum PersistentReserveOutServiceAction : byte
{
    /// <summary>00h REGISTER: register, change or remove the key of an I_T nexus.</summary>
    Register = 0x00,

    /// <summary>01h RESERVE: establish the persistent reservation.</summary>
    Reserve = 0x01,

    /// <summary>02h RELEASE: release the persistent reservation.</summary>
    Release = 0x02,

    /// <summary>03h CLEAR: release the persistent reservation and remove all registrations.</summary>
    Clear = 0x03,

    /// <summary>04h PREEMPT: remove registrations of others, and take their persistent reservation.</summary>
    Preempt = 0x04,

    /// <summary>05h PREEMPT AND ABORT: preempt, and abort the commands of the I_T nexuses that are preempted.</summary>
    PreemptAndAbort = 0x05,

    /// <summary>06h REGISTER AND IGNORE EXISTING KEY: as REGISTER, whatever the key was before.</summary>
    RegisterAndIgnoreExistingKey = 0x06,

    /// <summary>07h REGISTER AND MOVE: register another I_T nexus and give it the persistent reservation.</summary>
    RegisterAndMove = 0x07,

    /// <summary>08h REPLACE LOST RESERVATION: begin anew after persistent reservation information was lost.</summary>
    ReplaceLostReservation = 0x08,
}
