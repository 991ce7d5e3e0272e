using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst;

/// <summary>REGISTER and REGISTER AND IGNORE EXISTING KEY (SPC-6, registering, and unregistering).</summary>
internal sealed partial class PersistentReserveOut
{
    private enum Registering
    {
        Nothing,
        Conflict,
        Set,
        Remove,
    }

    private PersistentReserveOutOutcome Register()
    {
        bool isRegister = _request.ServiceAction == PersistentReserveOutServiceAction.Register;
        if (isRegister && _key.HasValue && _request.SpecifyInitiatorPorts)
            return InvalidParameter(FlagsByte, 3);
        if (RefuseAptpl(FlagsByte) is { } refusal)
            return refusal;
        var changes = new Dictionary<NexusId, Registering>();
        foreach (ushort port in TargetPortsFor(_nexus.InitiatorPort))
        {
            NexusId nexus = _nexus with { RelativeTargetPort = port };
            Registering registering = Decide(isRegister, nexus);
            // ALL_TG_PT is as if each target port had got the request; if one of them cannot grant it, none does.
            if (registering == Registering.Conflict)
                return Conflict();
            if (registering != Registering.Nothing)
                changes.Add(nexus, registering);
        }
        // SPEC_I_PT is not looked at where the table says to do nothing.
        if (_request.SpecifyInitiatorPorts && _request.ServiceActionReservationKey != 0)
        {
            foreach ((TransportId transportId, int offset) in _request.TransportIds)
            {
                if (!TryAddSpecified(transportId, changes))
                    return InvalidParameter(offset);
            }
        }
        return changes.Count == 0 ? Unchanged() : Apply(changes);
    }

    /// <summary>The register behaviors tables of SPC-6, row by row, for one I_T nexus.</summary>
    private Registering Decide(bool isRegister, NexusId nexus)
    {
        ulong key = _request.ServiceActionReservationKey;
        if (_state.KeyOf(nexus) is { } registered)
        {
            if (isRegister && _request.ReservationKey != registered)
                return Registering.Conflict;
            return key == 0 ? Registering.Remove : Registering.Set;
        }
        // Where another target port has no registration to be removed, what was asked for is already so.
        if (key == 0)
            return Registering.Nothing;
        return isRegister && _request.ReservationKey != 0 ? Registering.Conflict : Registering.Set;
    }

    /// <summary>
    /// Adds the I_T nexuses that a TransportID specifies. One that is registered already, or cannot be an I_T nexus of a
    /// target port concerned, makes the whole command fail (SPC-6, register behaviors, note b; basic parameter list).
    /// </summary>
    private bool TryAddSpecified(TransportId transportId, Dictionary<NexusId, Registering> changes)
    {
        HashSet<TransportId> initiatorPorts = transportId.IsIscsiDevice ? KnownPortsOf(transportId) : [transportId];
        HashSet<ushort> targetPorts = TargetPortsFor(transportId);
        if (initiatorPorts.Count == 0 || targetPorts.Count == 0)
            return false;
        foreach (TransportId initiatorPort in initiatorPorts)
        {
            foreach (ushort targetPort in targetPorts)
            {
                var nexus = new NexusId(initiatorPort, targetPort);
                if (_state.KeyOf(nexus).HasValue)
                    return false;
                changes[nexus] = Registering.Set;
            }
        }
        return true;
    }

    /// <summary>The initiator ports of an iSCSI node that the device server knows: with a session, or registered.</summary>
    private HashSet<TransportId> KnownPortsOf(TransportId device) =>
        [.. _context.InitiatorPorts.Append(_nexus.InitiatorPort)
            .Concat(_state.Registrations.Select(registration => registration.Nexus.InitiatorPort))
            .Where(port => port.IsPortOf(device))];

    /// <summary>
    /// The target ports concerned through which an initiator port could send: with ALL_TG_PT all of its transport, else the
    /// one that the command came through.
    /// </summary>
    private HashSet<ushort> TargetPortsFor(TransportId initiatorPort)
    {
        ProtocolIdentifier protocol = initiatorPort.Protocol;
        var ports = new HashSet<ushort>();
        // The port that the command came through is known even if it was removed meanwhile.
        if (protocol == _nexus.InitiatorPort.Protocol)
            ports.Add(_nexus.RelativeTargetPort);
        if (_request.AllTargetPorts)
            ports.UnionWith(_context.TargetPorts.Where(port => port.Protocol == protocol).Select(port => port.RelativeTargetPort));
        return ports;
    }

    private PersistentReserveOutOutcome Apply(Dictionary<NexusId, Registering> changes)
    {
        ulong key = _request.ServiceActionReservationKey;
        var registrations = new List<PersistentRegistration>();
        foreach (PersistentRegistration registration in _state.Registrations)
        {
            if (!changes.TryGetValue(registration.Nexus, out Registering registering))
                registrations.Add(registration);
            else if (registering == Registering.Set)
                registrations.Add(registration with { Key = key });
        }
        foreach (KeyValuePair<NexusId, Registering> change in changes)
        {
            if (change.Value == Registering.Set && !_state.KeyOf(change.Key).HasValue)
                registrations.Add(new(change.Key, key));
        }
        if (IsTooMany(registrations))
            return Check(Sense.IllegalRequest(AdditionalSense.InsufficientRegistrationResources));
        return WithReservationOf(registrations);
    }

    // More than before must fit; a limit that was lowered meanwhile does not stop those who want to leave.
    private bool IsTooMany(List<PersistentRegistration> registrations) =>
        registrations.Count > _context.MaxRegistrations && registrations.Count > _state.Registrations.Count;

    /// <summary>The reservation goes with its holder, or with the last of all registrants.</summary>
    private PersistentReserveOutOutcome WithReservationOf(List<PersistentRegistration> registrations)
    {
        if (_state.Reservation is { } held && IsReleasedBy(registrations, held))
        {
            return Changed(
                registrations,
                null,
                countsGeneration: true,
                held.Type.IsRegistrantsOnly() ? ToOthers(registrations, AdditionalSense.ReservationsReleased) : [],
                aptpl: _request.Aptpl);
        }
        return Changed(registrations, _state.Reservation, countsGeneration: true, aptpl: _request.Aptpl);
    }

    private static bool IsReleasedBy(List<PersistentRegistration> registrations, PersistentReservation held) =>
        held.Type.IsAllRegistrants()
            ? registrations.Count == 0
            : !registrations.Exists(registration => registration.Nexus == held.Holder);
}
