using System;

namespace Scst.Protocol;

/// <summary>What the core must know about a command before it runs it.</summary>
[Flags]
public enum CommandFlags : int
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>
    /// May be processed as if HEAD OF QUEUE whatever its task attribute says: INQUIRY, REPORT LUNS, REQUEST SENSE (SAM-6).
    /// </summary>
    ImplicitHeadOfQueue = 1 << 0,

    /// <summary>
    /// Runs although a unit attention condition is pending, which is not reported as CHECK CONDITION: INQUIRY, REPORT LUNS,
    /// REQUEST SENSE (SAM-6, unit attention conditions).
    /// </summary>
    SkipsUnitAttention = 1 << 1,

    /// <summary>Changes the medium: refused while the medium is write protected (SWP, WP).</summary>
    WritesMedium = 1 << 2,

    /// <summary>Needs the medium: refused while it is absent or the logical unit is stopped.</summary>
    AccessesMedium = 1 << 3,

    /// <summary>Runs while the logical unit is in the stopped power condition.</summary>
    AllowedWhenStopped = 1 << 4,

    /// <summary>Runs in the asymmetric access state standby (SPC-6, asymmetric logical unit access).</summary>
    AllowedInStandby = 1 << 5,

    /// <summary>Runs in the asymmetric access state unavailable.</summary>
    AllowedInUnavailable = 1 << 6,

    /// <summary>Runs while the target port group is transitioning between asymmetric access states.</summary>
    AllowedInTransition = 1 << 7,

    /// <summary>A transfer length field of zero means 256 blocks: READ(6), WRITE(6) (SBC-5).</summary>
    ZeroTransferLengthIs256 = 1 << 8,
}
