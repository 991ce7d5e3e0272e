using Scst.Protocol;

namespace Scst;

/// <summary>
/// Optional ability of an <see cref="ITargetDriver"/>: name the initiator ports of its sessions as its transport does. Persistent
/// reservations need it, because a registration belongs to an initiator port and outlives its sessions (SPC-6, registering).
/// </summary>
/// <remarks>
/// Through the targets of a driver without it, PERSISTENT RESERVE IN and OUT end in ILLEGAL REQUEST, INVALID COMMAND OPERATION CODE,
/// and all other commands are those of an initiator port that is not registered.
/// </remarks>
public interface ITransportIdDriver
{
    /// <summary>The transport of the driver's target ports.</summary>
    ProtocolIdentifier Protocol { get; }

    /// <summary>Names the initiator port of a session. Asked once for each session, the first time that it matters.</summary>
    /// <param name="session">A session of the driver.</param>
    /// <returns>
    /// The TransportID: the same whenever the same initiator port comes back, and another for every other port. Null if this one
    /// cannot be named.
    /// </returns>
    TransportId? TransportIdOf(Session session);
}
