using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>What the device server knows beside the state of the reservations. Immutable.</summary>
internal sealed record PersistentReservationContext
{
    /// <summary>The target ports through which the logical unit can be reached, each with its transport.</summary>
    internal required IReadOnlyList<(ushort RelativeTargetPort, ProtocolIdentifier Protocol)> TargetPorts { get; init; }

    /// <summary>
    /// The initiator ports that have a session through any target port. Needed for iSCSI TransportIDs that name a node and
    /// not a port; initiator ports that are registered need not be in it.
    /// </summary>
    internal IReadOnlyCollection<TransportId> InitiatorPorts { get; init; } = [];

    /// <summary>Whether there is a store, so that APTPL can be promised (PTPL_C).</summary>
    internal bool CanPersist { get; init; }

    /// <summary>Most registrations; more are INSUFFICIENT REGISTRATION RESOURCES.</summary>
    internal int MaxRegistrations { get; init; } = 4096;
}
