using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst;

/// <summary>PREEMPT, PREEMPT AND ABORT and REGISTER AND MOVE (SPC-6, preempting; registering and moving the reservation).</summary>
internal sealed partial class PersistentReserveOut
{
    private PersistentReserveOutOutcome Preempt()
    {
        ulong key = _request.ServiceActionReservationKey;
        if (_state.Reservation is not { } held)
            return RemoveRegistrations(key);
        if (held.Type.IsAllRegistrants())
            return key == 0 ? PreemptReservation(held, key) : RemoveRegistrations(key);
        if (key == 0)
            return InvalidParameter(ServiceActionKeyByte);
        return _state.KeyOf(held.Holder!.Value) == key ? PreemptReservation(held, key) : RemoveRegistrations(key);
    }

    /// <summary>
    /// SPC-6, preempting persistent reservations and registration handling. Key zero stands for all of all registrants.
    /// </summary>
    private PersistentReserveOutOutcome PreemptReservation(PersistentReservation held, ulong key)
    {
        if (RefuseScopeAndType() is { } refusal)
            return refusal;
        var remaining = new List<PersistentRegistration>();
        var unitAttentions = new List<(NexusId Nexus, AdditionalSense Condition)>();
        foreach (PersistentRegistration registration in _state.Registrations)
        {
            bool isOwn = registration.Nexus == _nexus;
            if (!isOwn && (key == 0 || registration.Key == key))
            {
                unitAttentions.Add((registration.Nexus, AdditionalSense.RegistrationsPreempted));
                continue;
            }
            remaining.Add(registration);
            if (!isOwn && held.Type != _request.Type)
                unitAttentions.Add((registration.Nexus, AdditionalSense.ReservationsReleased));
        }
        return Changed(
            remaining, PersistentReservation.Of(_request.Type, _nexus), countsGeneration: true, unitAttentions, AbortsOf(key));
    }

    /// <summary>
    /// SPC-6, removing registrations: also that of the requesting nexus if it has the key, but without a unit attention for
    /// it. SCOPE and TYPE are ignored.
    /// </summary>
    private PersistentReserveOutOutcome RemoveRegistrations(ulong key)
    {
        List<PersistentRegistration> remaining = [.. _state.Registrations.Where(registration => registration.Key != key)];
        if (remaining.Count == _state.Registrations.Count)
            return Conflict();
        PersistentReservation? reservation = _state.Reservation is { } held && !IsReleasedBy(remaining, held) ? held : null;
        return Changed(
            remaining,
            reservation,
            countsGeneration: true,
            ToOthers(_state.Registrations.Where(registration => registration.Key == key), AdditionalSense.RegistrationsPreempted),
            AbortsOf(key));
    }

    /// <summary>
    /// SPC-6, preempting and aborting: the commands of all that are registered with the key, or of all that are registered
    /// if it is zero, the requesting nexus included.
    /// </summary>
    private NexusId[] AbortsOf(ulong key) => _request.ServiceAction == PersistentReserveOutServiceAction.PreemptAndAbort
        ? [.. _state.Registrations.Where(registration => key == 0 || registration.Key == key).Select(registration => registration.Nexus)]
        : [];

    private PersistentReserveOutOutcome RegisterAndMove()
    {
        if (_state.Reservation is not { } held)
            return InvalidCdb(1, 4);
        if (held.Type.IsAllRegistrants())
            return Conflict();
        if (_request.ServiceActionReservationKey == 0)
            return InvalidParameter(ServiceActionKeyByte);
        if (RefuseAptpl(RegisterAndMoveFlagsByte) is { } refusal)
            return refusal;
        (TransportId initiatorPort, int offset) = _request.TransportIds[0];
        // The destination is one I_T nexus, so a TransportID that names a node is none.
        if (initiatorPort.Equals(_nexus.InitiatorPort) || initiatorPort.IsIscsiDevice)
            return InvalidParameter(offset);
        if (_context.TargetPorts.All(port => port.RelativeTargetPort != _request.RelativeTargetPort))
            return InvalidParameter(RelativeTargetPortByte);
        if (!_context.TargetPorts.Contains((_request.RelativeTargetPort, initiatorPort.Protocol)))
            return InvalidParameter(offset);
        return Move(held, new NexusId(initiatorPort, _request.RelativeTargetPort));
    }

    private PersistentReserveOutOutcome Move(PersistentReservation held, NexusId destination)
    {
        var registrations = new List<PersistentRegistration>();
        foreach (PersistentRegistration registration in _state.Registrations)
        {
            if (registration.Nexus == destination)
                registrations.Add(registration with { Key = _request.ServiceActionReservationKey });
            else if (registration.Nexus != _nexus || !_request.Unregister)
                registrations.Add(registration);
        }
        if (!_state.KeyOf(destination).HasValue)
            registrations.Add(new(destination, _request.ServiceActionReservationKey));
        if (IsTooMany(registrations))
            return Check(Sense.IllegalRequest(AdditionalSense.InsufficientRegistrationResources));
        return Changed(registrations, held with { Holder = destination }, countsGeneration: true, aptpl: _request.Aptpl);
    }
}
