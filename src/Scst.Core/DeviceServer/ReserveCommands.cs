using Scst.Protocol;

namespace Scst;

/// <summary>
/// RESERVE and RELEASE of the whole logical unit for the own nexus (SPC-2). Third-party reservations and extents are
/// obsolete; the commands' usage maps refuse them. Beside persistent reservations they do what SPC-6 has for CRH one.
/// </summary>
internal static class ReserveCommands
{
    /// <summary>In the queue of the persistent reservations, which RESERVE and REGISTER must not miss each other in.</summary>
    internal static void Reserve(ScsiCommand command) => command.LogicalUnit!.PersistentReservations.Execute(command);

    /// <summary>Reserves, and says what the command ends with.</summary>
    internal static ScsiStatus StatusOf(ScsiCommand command)
    {
        LunNexus nexus = command.Nexus!;
        if (Spc2Compatibility.StatusOf(nexus.LogicalUnit.PersistentReservations.State, nexus.Session.NexusId) is { } status)
            return status;
        // Another nexus may have reserved since the check, so the change decides, not the check.
        Reservation? after = nexus.LogicalUnit.ChangeReservation(before => before ?? new Spc2Reservation(nexus));
        return after!.EndsWith(nexus) ? ScsiStatus.Good : ScsiStatus.ReservationConflict;
    }

    /// <summary>A RELEASE of what one does not hold changes nothing and is no error (SPC-2 RELEASE).</summary>
    internal static void Release(ScsiCommand command)
    {
        LunNexus nexus = command.Nexus!;
        if (Spc2Compatibility.StatusOf(nexus.LogicalUnit.PersistentReservations.State, nexus.Session.NexusId) is { } status)
        {
            command.Complete(status);
            return;
        }
        nexus.LogicalUnit.ChangeReservation(before => before is not null && before.EndsWith(nexus) ? null : before);
        command.Complete();
    }
}
