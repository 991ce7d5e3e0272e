using System;
using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// All that a logical unit knows of persistent reservations (SPC-6, reservations). Immutable: a change makes another state,
/// and whoever holds one may look at it without a lock.
/// </summary>
internal sealed class PersistentReservationState
{
    private readonly PersistentRegistration[] _registrations;
    private readonly Dictionary<NexusId, ulong> _keys = [];

    /// <param name="registrations">The registrations in the order in which they were made.</param>
    /// <param name="reservation">The reservation, if any.</param>
    /// <param name="generation">PRGENERATION.</param>
    /// <param name="aptpl">Whether the state is to survive a loss of power.</param>
    /// <exception cref="ArgumentException">
    /// Two registrations of one nexus, a key of zero, a type that is not defined, a holder who is not registered or not
    /// named where he must be, or an all registrants reservation of nobody.
    /// </exception>
    internal PersistentReservationState(
        IEnumerable<PersistentRegistration> registrations, PersistentReservation? reservation, uint generation, bool aptpl)
    {
        _registrations = [.. registrations];
        Reservation = reservation;
        Generation = generation;
        Aptpl = aptpl;
        foreach (PersistentRegistration registration in _registrations)
        {
            if (registration.Key == 0 || _keys.ContainsKey(registration.Nexus))
                throw new ArgumentException("A nexus has one registration, and no key is zero.", nameof(registrations));
            _keys.Add(registration.Nexus, registration.Key);
        }
        if (reservation is { } held && !IsPossible(held))
            throw new ArgumentException("The reservation does not go with the registrations.", nameof(reservation));
    }

    private PersistentReservationState(bool isLost)
        : this([], null, 0, false) => IsLost = isLost;

    /// <summary>No registrations, no reservation.</summary>
    internal static PersistentReservationState Empty { get; } = new(isLost: false);

    /// <summary>
    /// What was there could not be read: nobody gets in until REPLACE LOST RESERVATION (SPC-6, recoverable loss of persistent
    /// reservation information).
    /// </summary>
    internal static PersistentReservationState Lost { get; } = new(isLost: true);

    /// <summary>The registrations in the order in which they were made.</summary>
    internal IReadOnlyList<PersistentRegistration> Registrations => _registrations;

    /// <summary>The reservation, if any.</summary>
    internal PersistentReservation? Reservation { get; }

    /// <summary>PRGENERATION: counts the changes of registrations, and wraps; zero after power on.</summary>
    internal uint Generation { get; }

    /// <summary>Whether persist through power loss is activated (PTPL_A).</summary>
    internal bool Aptpl { get; }

    /// <summary>Whether persistent reservation information was lost.</summary>
    internal bool IsLost { get; }

    /// <summary>Finds the key of a nexus.</summary>
    /// <returns>The key, or <see langword="null"/> if the nexus is not registered.</returns>
    internal ulong? KeyOf(NexusId nexus) => _keys.TryGetValue(nexus, out ulong key) ? key : null;

    /// <summary>Whether a nexus holds the reservation (SPC-6, persistent reservation holder).</summary>
    internal bool IsHolder(NexusId nexus) =>
        Reservation is { } reservation && (reservation.Type.IsAllRegistrants() ? _keys.ContainsKey(nexus) : reservation.Holder == nexus);

    /// <summary>
    /// What a command from a nexus must be allowed to do so that the reservation lets it through (SPC-6, commands allowed in
    /// the presence of various reservations): <see cref="ReservationAccess.None"/> if all commands are let through. Constant
    /// for as long as the state is, so it can be kept beside the nexus.
    /// </summary>
    /// <param name="nexus">The nexus; null for one that has no name and so cannot be registered.</param>
    internal ReservationAccess RequiredOf(NexusId? nexus)
    {
        if (Reservation is not { } reservation)
            return ReservationAccess.None;
        bool hasPart = nexus is { } named
            && (reservation.Type.IsRegistrantsOnly() || reservation.Type.IsAllRegistrants()
                ? _keys.ContainsKey(named)
                : reservation.Holder == named);
        if (hasPart)
            return ReservationAccess.None;
        return reservation.Type.IsWriteExclusive()
            ? ReservationAccess.AllowedUnderWriteExclusive
            : ReservationAccess.AllowedUnderExclusiveAccess;
    }

    /// <summary>The state as it is after power on: without persist through power loss nothing is left, and PRGENERATION is zero.</summary>
    internal PersistentReservationState AfterPowerOn()
    {
        if (IsLost)
            return this;
        return Aptpl ? new(_registrations, Reservation, 0, aptpl: true) : Empty;
    }

    /// <summary>Whether the record of both states is the same: all but PRGENERATION.</summary>
    internal bool HasRecordOf(PersistentReservationState other) =>
        IsLost == other.IsLost && Aptpl == other.Aptpl && Reservation == other.Reservation
        && _registrations.AsSpan().SequenceEqual(other._registrations);

    /// <summary>For people, and for a restore.</summary>
    public override string ToString() => PersistentReservationText.Write(this);

    private bool IsPossible(PersistentReservation reservation) =>
        reservation.Type.IsDefined()
        && (reservation.Type.IsAllRegistrants()
            ? reservation.Holder is null && _keys.Count > 0
            : reservation.Holder is { } holder && _keys.ContainsKey(holder));
}
