namespace Scst;

/// <summary>What the persistent reservations make of a command before it runs.</summary>
internal enum ReservationVerdict
{
    /// <summary>It may run.</summary>
    Allowed,

    /// <summary>It ends in RESERVATION CONFLICT.</summary>
    Conflict,

    /// <summary>It ends in CHECK CONDITION, DATA PROTECT, PERSISTENT RESERVATION INFORMATION LOST.</summary>
    InformationLost,
}
