using Scst.Protocol;

namespace Scst;

/// <summary>
/// RESERVE and RELEASE of the whole logical unit for the own nexus (SPC-2). Third-party reservations and extents are
/// obsolete; the commands' usage maps refuse them.
/// </summary>
internal static class ReserveCommands
{
    internal static void Reserve(ScsiCommand command)
    {
        LunNexus nexus = command.Nexus!;
        // Another nexus may have reserved since the check, so the change decides, not the check.
        Reservation? after = nexus.LogicalUnit.ChangeReservation(before => before ?? new Spc2Reservation(nexus));
        command.Complete(after!.EndsWith(nexus) ? ScsiStatus.Good : ScsiStatus.ReservationConflict);
    }

    /// <summary>A RELEASE of what one does not hold changes nothing and is no error (SPC-2 RELEASE).</summary>
    internal static void Release(ScsiCommand command)
    {
        LunNexus nexus = command.Nexus!;
        nexus.LogicalUnit.ChangeReservation(before => before is not null && before.EndsWith(nexus) ? null : before);
        command.Complete();
    }
}
