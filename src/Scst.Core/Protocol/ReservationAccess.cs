using System;

namespace Scst.Protocol;

/// <summary>
/// What a command that comes from an I_T nexus without the reservation may do (SPC-6, commands allowed in the presence of
/// various reservations; RESERVE: SPC-2).
/// </summary>
[Flags]
public enum ReservationAccess : int
{
    /// <summary>Ends in RESERVATION CONFLICT under each of them.</summary>
    None = 0,

    /// <summary>Allowed while another I_T nexus holds a RESERVE reservation (SPC-2).</summary>
    AllowedUnderReserve = 1 << 0,

    /// <summary>Allowed under a persistent reservation of a Write Exclusive type that the I_T nexus has no part in.</summary>
    AllowedUnderWriteExclusive = 1 << 1,

    /// <summary>Allowed under a persistent reservation of an Exclusive Access type that the I_T nexus has no part in.</summary>
    AllowedUnderExclusiveAccess = 1 << 2,

    /// <summary>Allowed under each of them.</summary>
    Always = AllowedUnderReserve | AllowedUnderWriteExclusive | AllowedUnderExclusiveAccess,
}
