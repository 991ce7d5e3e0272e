using System.Collections.Generic;

namespace Scst.Tests.Simulation.Reservations;

/// <summary>Aborts nobody.</summary>
internal sealed class MildReservations(LogicalUnit logicalUnit) : PersistentReservations(logicalUnit)
{
    private protected override AbortAwaiter Abort(IReadOnlyList<NexusId> nexuses, ScsiCommand command) =>
        base.Abort([], command);
}
