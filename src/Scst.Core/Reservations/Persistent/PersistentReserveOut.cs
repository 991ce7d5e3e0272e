using System;
using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// PERSISTENT RESERVE OUT as a pure function (SPC-6, reservations, and PERSISTENT RESERVE OUT command). It changes nothing:
/// its outcome says what to store, publish, establish and abort.
/// </summary>
internal sealed partial class PersistentReserveOut
{
    // Offsets of fields, for field pointers.
    private const int ScopeAndTypeByte = 2;
    private const int ServiceActionKeyByte = 8;
    private const int RegisterAndMoveFlagsByte = 17;
    private const int RelativeTargetPortByte = 18;
    private const int FlagsByte = 20;

    private readonly PersistentReservationState _state;
    private readonly PersistentReservationContext _context;
    private readonly NexusId _nexus;
    private readonly PersistentReserveOutRequest _request;
    private readonly ulong? _key;

    private PersistentReserveOut(
        PersistentReservationState state,
        PersistentReservationContext context,
        NexusId nexus,
        PersistentReserveOutRequest request)
    {
        _state = state;
        _context = context;
        _nexus = nexus;
        _request = request;
        _key = state.KeyOf(nexus);
    }

    /// <summary>Works out what a command comes to.</summary>
    /// <param name="state">The state before it.</param>
    /// <param name="context">The ports there are.</param>
    /// <param name="nexus">The I_T nexus on which it was received; its TransportID names a port.</param>
    /// <param name="request">The command.</param>
    internal static PersistentReserveOutOutcome Execute(
        PersistentReservationState state,
        PersistentReservationContext context,
        NexusId nexus,
        PersistentReserveOutRequest request) => new PersistentReserveOut(state, context, nexus, request).Execute();

    private PersistentReserveOutOutcome Execute()
    {
        PersistentReserveOutRule rule = PersistentReserveOutRule.Find(_request.ServiceAction)
            ?? throw new InvalidOperationException("A reserved service action is no request.");
        if (_request.SpecifyInitiatorPorts && !rule.SpecifyInitiatorPorts)
            return InvalidParameter(FlagsByte, 3);
        if (_request.ServiceAction == PersistentReserveOutServiceAction.ReplaceLostReservation)
            return ReplaceLostReservation(rule);
        if (_state.IsLost)
            return Check(new Sense(SenseKey.DataProtect, AdditionalSense.PersistentReservationInformationLost));
        if (IsConflict(rule))
            return Conflict();
        return _request.ServiceAction switch
        {
            PersistentReserveOutServiceAction.Reserve => Reserve(),
            PersistentReserveOutServiceAction.Release => Release(),
            PersistentReserveOutServiceAction.Clear => Clear(),
            PersistentReserveOutServiceAction.Preempt or PersistentReserveOutServiceAction.PreemptAndAbort => Preempt(),
            PersistentReserveOutServiceAction.RegisterAndMove => RegisterAndMove(),
            _ => Register(),
        };
    }

    /// <summary>
    /// Registrations are looked at first, whatever else is wrong: who is not registered, or has another key, learns no more
    /// (SPC-6, basic parameter list: the key is verified "regardless of the SERVICE ACTION and SCOPE field values").
    /// </summary>
    private bool IsConflict(PersistentReserveOutRule rule)
    {
        if (IsHeldByAnother && !(_key.HasValue ? rule.FromRegistered : rule.FromUnregistered))
            return true;
        return _request.ServiceAction switch
        {
            PersistentReserveOutServiceAction.RegisterAndIgnoreExistingKey => false,
            PersistentReserveOutServiceAction.Register => _request.ReservationKey != _key.GetValueOrDefault(),
            _ => _request.ReservationKey != _key,
        };
    }

    private bool IsHeldByAnother => _state.Reservation.HasValue && !_state.IsHolder(_nexus);

    private PersistentReserveOutOutcome Reserve()
    {
        if (RefuseScopeAndType() is { } refusal)
            return refusal;
        if (_state.Reservation is { } held)
            return held.Type == _request.Type ? Unchanged() : Conflict();
        return Changed(_state.Registrations, PersistentReservation.Of(_request.Type, _nexus), countsGeneration: false);
    }

    private PersistentReserveOutOutcome Release()
    {
        if (_request.Scope != PersistentReservationScope.LogicalUnit)
            return InvalidCdb(ScopeAndTypeByte, 7);
        if (_state.Reservation is not { } held || !_state.IsHolder(_nexus))
            return Unchanged();
        if (held.Type != _request.Type)
            return Check(Sense.IllegalRequest(AdditionalSense.InvalidReleaseOfPersistentReservation));
        bool isShared = held.Type.IsRegistrantsOnly() || held.Type.IsAllRegistrants();
        return Changed(
            _state.Registrations,
            null,
            countsGeneration: false,
            isShared ? ToOthers(_state.Registrations, AdditionalSense.ReservationsReleased) : []);
    }

    private PersistentReserveOutOutcome Clear() =>
        Changed([], null, countsGeneration: true, ToOthers(_state.Registrations, AdditionalSense.ReservationsPreempted));

    /// <summary>SPC-6, replacing lost reservations.</summary>
    private PersistentReserveOutOutcome ReplaceLostReservation(PersistentReserveOutRule rule)
    {
        if (!_state.IsLost)
        {
            return IsHeldByAnother && !(_key.HasValue ? rule.FromRegistered : rule.FromUnregistered)
                ? Conflict()
                : Check(Sense.IllegalRequest(AdditionalSense.InvalidReleaseOfPersistentReservation));
        }
        if (_request.ReservationKey != 0)
            return InvalidParameter(0);
        if (_request.ServiceActionReservationKey == 0)
            return InvalidParameter(ServiceActionKeyByte);
        if (_request.AllTargetPorts)
            return InvalidParameter(FlagsByte, 2);
        if (RefuseAptpl(FlagsByte) is { } noStore)
            return noStore;
        if (RefuseScopeAndType() is { } refusal)
            return refusal;
        var state = new PersistentReservationState(
            [new(_nexus, _request.ServiceActionReservationKey)],
            PersistentReservation.Of(_request.Type, _nexus),
            generation: 0,
            _request.Aptpl);
        // What could not be read is replaced, or it would be lost again after the next power on.
        return new() { State = state, Record = PersistentReservationRecord.OfOrEmpty(state) };
    }

    private PersistentReserveOutOutcome? RefuseScopeAndType()
    {
        if (_request.Scope != PersistentReservationScope.LogicalUnit)
            return InvalidCdb(ScopeAndTypeByte, 7);
        return _request.Type.IsDefined() ? null : InvalidCdb(ScopeAndTypeByte, 3);
    }

    private PersistentReserveOutOutcome? RefuseAptpl(int flagsByte) =>
        _request.Aptpl && !_context.CanPersist ? InvalidParameter(flagsByte, 0) : null;

    private (NexusId Nexus, AdditionalSense Condition)[] ToOthers(
        IEnumerable<PersistentRegistration> registrations, AdditionalSense condition) =>
        [.. registrations.Where(registration => registration.Nexus != _nexus).Select(registration => (registration.Nexus, condition))];

    private PersistentReserveOutOutcome Unchanged() => new() { State = _state };

    private PersistentReserveOutOutcome Conflict() => new() { State = _state, Status = ScsiStatus.ReservationConflict };

    private PersistentReserveOutOutcome Check(Sense sense) =>
        new() { State = _state, Status = ScsiStatus.CheckCondition, Sense = sense };

    private PersistentReserveOutOutcome InvalidParameter(int byteOffset, int bitOffset = -1) =>
        Check(Sense.InvalidFieldInParameterList(byteOffset, bitOffset));

    private PersistentReserveOutOutcome InvalidCdb(int byteOffset, int bitOffset = -1) =>
        Check(Sense.InvalidFieldInCdb(byteOffset, bitOffset));

    private PersistentReserveOutOutcome Changed(
        IEnumerable<PersistentRegistration> registrations,
        PersistentReservation? reservation,
        bool countsGeneration,
        IReadOnlyList<(NexusId Nexus, AdditionalSense Condition)>? unitAttentions = null,
        IReadOnlyList<NexusId>? aborts = null,
        bool? aptpl = null)
    {
        uint generation = unchecked(_state.Generation + (countsGeneration ? 1u : 0u));
        var state = new PersistentReservationState(registrations, reservation, generation, aptpl ?? _state.Aptpl);
        bool isStored = state.Aptpl || _state.Aptpl;
        return new()
        {
            State = state,
            UnitAttentions = unitAttentions ?? [],
            Aborts = aborts ?? [],
            // Not a bare null, which would become an empty memory here and wipe the record.
            Record = isStored && !state.HasRecordOf(_state) ? PersistentReservationRecord.OfOrEmpty(state) : default(ReadOnlyMemory<byte>?),
        };
    }
}
