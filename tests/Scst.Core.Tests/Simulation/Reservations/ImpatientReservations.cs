using System.Collections.Generic;

namespace Scst.Tests.Simulation.Reservations;

/// <summary>Aborts, and answers at once.</summary>
internal sealed class ImpatientReservations(LogicalUnit logicalUnit) : PersistentReservations(logicalUnit)
{
    private protected override AbortAwaiter Abort(IReadOnlyList<NexusId> nexuses, ScsiCommand command)
    {
        _ = base.Abort(nexuses, command);
        var over = new AbortAwaiter();
        over.Complete();
        return over;
    }
}
