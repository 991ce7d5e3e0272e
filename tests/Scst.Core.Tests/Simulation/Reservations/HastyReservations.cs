namespace Scst.Tests.Simulation.Reservations;

/// <summary>Looks at the reservations when the data of a WRITE is fetched, and not at its turn.</summary>
internal sealed class HastyReservations(FencedWorld world, LogicalUnit logicalUnit) : PersistentReservations(logicalUnit)
{
    private protected override PersistentReservationState StateFor(ScsiCommand command) => world.Of(command).SeenEarly ?? State;
}
