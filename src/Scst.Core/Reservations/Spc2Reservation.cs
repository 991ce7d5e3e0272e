using Scst.Protocol;

namespace Scst;

/// <summary>A RESERVE(6) or RESERVE(10) reservation of the whole logical unit by one I_T nexus (SPC-2 5.5.1, 7.21).</summary>
internal sealed class Spc2Reservation : Reservation
{
    private readonly LunNexus _holder;

    internal Spc2Reservation(LunNexus holder) => _holder = holder;

    internal LunNexus Holder => _holder;

    internal override bool ConflictsWith(ScsiCommand command) =>
        command.Descriptor is { } descriptor
        && (descriptor.AccessOf(command.Cdb) & ReservationAccess.AllowedUnderReserve) == 0
        && (command.Nexus != _holder || IsPersistent(descriptor));

    /// <summary>The two kinds of reservations exclude each other, also for one initiator (SPC-2 5.5.1).</summary>
    private static bool IsPersistent(CommandDescriptor descriptor) =>
        descriptor.Code is OperationCode.PersistentReserveIn or OperationCode.PersistentReserveOut;

    internal override bool EndsWith(LunNexus nexus) => nexus == _holder;
}
