namespace Scst.Protocol;

/// <summary>What the types of persistent reservations have in common (SPC-6, persistent reservations type).</summary>
internal static class PersistentReservationTypes
{
    /// <summary>PERSISTENT RESERVATION TYPE MASK with all six types: bytes 4 and 5 of the REPORT CAPABILITIES data.</summary>
    internal const ushort All = 0xEA01;

    /// <summary>Whether the type is one of the six that are defined.</summary>
    internal static bool IsDefined(this PersistentReservationType type) => type.MaskBit() != 0;

    /// <summary>Whether every registered I_T nexus is a holder.</summary>
    internal static bool IsAllRegistrants(this PersistentReservationType type) =>
        type is PersistentReservationType.WriteExclusiveAllRegistrants or PersistentReservationType.ExclusiveAccessAllRegistrants;

    /// <summary>Whether there is one holder, and every registered I_T nexus has its access.</summary>
    internal static bool IsRegistrantsOnly(this PersistentReservationType type) =>
        type is PersistentReservationType.WriteExclusiveRegistrantsOnly or PersistentReservationType.ExclusiveAccessRegistrantsOnly;

    /// <summary>Whether I_T nexuses that have no part in the reservation may read.</summary>
    internal static bool IsWriteExclusive(this PersistentReservationType type) =>
        type is PersistentReservationType.WriteExclusive
            or PersistentReservationType.WriteExclusiveRegistrantsOnly
            or PersistentReservationType.WriteExclusiveAllRegistrants;

    /// <summary>The bit of the type in PERSISTENT RESERVATION TYPE MASK; zero for a type that is not defined.</summary>
    internal static ushort MaskBit(this PersistentReservationType type) => type switch
    {
        PersistentReservationType.WriteExclusiveAllRegistrants => 0x8000,
        PersistentReservationType.ExclusiveAccessRegistrantsOnly => 0x4000,
        PersistentReservationType.WriteExclusiveRegistrantsOnly => 0x2000,
        PersistentReservationType.ExclusiveAccess => 0x0800,
        PersistentReservationType.WriteExclusive => 0x0200,
        PersistentReservationType.ExclusiveAccessAllRegistrants => 0x0001,
        _ => 0,
    };
}
