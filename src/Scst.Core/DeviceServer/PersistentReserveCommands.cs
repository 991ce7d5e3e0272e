using Scst.Protocol;

namespace Scst;

/// <summary>PERSISTENT RESERVE IN and PERSISTENT RESERVE OUT (SPC-6).</summary>
internal static class PersistentReserveCommands
{
    internal static void In(ScsiCommand command)
    {
        if (command.Session.NexusId is null)
        {
            command.Fail(Sense.IllegalRequest(AdditionalSense.InvalidCommandOperationCode));
            return;
        }
        PersistentReservations reservations = command.LogicalUnit!.PersistentReservations;
        PersistentReserveInServiceAction action = new PersistentReserveInCdb(command.Cdb).ServiceAction;
        if (PersistentReserveIn.TryExecute(reservations.State, reservations.CanPersist, action, out byte[] data, out Sense sense))
            command.Reply(data);
        else
            command.Fail(sense);
    }

    internal static void Out(ScsiCommand command) => command.LogicalUnit!.PersistentReservations.Execute(command);
}
