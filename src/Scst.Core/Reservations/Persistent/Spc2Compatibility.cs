using Scst.Protocol;

namespace Scst;

/// <summary>
/// RESERVE and RELEASE of SPC-2 beside persistent reservations (SPC-2 5.5.1; SPC-6, exceptions to SPC-2 RESERVE and RELEASE
/// behavior, CRH one).
/// </summary>
internal static class Spc2Compatibility
{
    /// <summary>What RESERVE or RELEASE from a nexus comes to because of the persistent reservations.</summary>
    /// <returns>
    /// <see langword="null"/> while nobody is registered: SPC-2 alone decides. GOOD, without any effect, for a nexus that has
    /// part in the persistent reservation. RESERVATION CONFLICT otherwise, also while nothing is reserved yet.
    /// </returns>
    internal static ScsiStatus? StatusOf(PersistentReservationState state, NexusId? nexus)
    {
        if (state.Registrations.Count == 0)
            return null;
        bool hasPart = state.Reservation.HasValue && state.RequiredOf(nexus) == ReservationAccess.None;
        return hasPart ? ScsiStatus.Good : ScsiStatus.ReservationConflict;
    }
}
