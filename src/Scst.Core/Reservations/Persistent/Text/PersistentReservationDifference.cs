using System;
using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// What it means that one state takes the place of another without a command of an initiator: who is to be told, what is to be
/// stored.
/// </summary>
internal static class PersistentReservationDifference
{
    /// <summary>One state takes the place of another as an operator has asked.</summary>
    internal static PersistentReserveOutOutcome Replace(PersistentReservationState before, PersistentReservationState after)
    {
        bool isSame = after.HasRecordOf(before);
        bool isStored = before.IsLost || (!isSame && (before.Aptpl || after.Aptpl));
        PersistentReservationState state = isSame && after.Generation == before.Generation ? before : after;
        return new()
        {
            State = state,
            UnitAttentions = [.. Losses(before, after)],
            Record = isStored ? PersistentReservationRecord.OfOrEmpty(after) : default(ReadOnlyMemory<byte>?),
        };
    }

    /// <summary>
    /// What those who were registered have lost. As after CLEAR if nobody is registered any more, as after PREEMPT for one who is
    /// not, or has another key and so cannot use his own; as after a release for one who still is (SPC-6, releasing, preempting,
    /// clearing). Who held a reservation that is another's now is told that it was preempted.
    /// </summary>
    private static IEnumerable<(NexusId Nexus, AdditionalSense Condition)> Losses(
        PersistentReservationState before, PersistentReservationState after)
    {
        bool isReleased = before.Reservation is not null && before.Reservation != after.Reservation;
        foreach (PersistentRegistration registration in before.Registrations)
        {
            NexusId nexus = registration.Nexus;
            if (after.Registrations.Count == 0)
                yield return (nexus, AdditionalSense.ReservationsPreempted);
            else if (after.KeyOf(nexus) != registration.Key)
                yield return (nexus, AdditionalSense.RegistrationsPreempted);
            else if (isReleased && before.IsHolder(nexus) && after.Reservation is not null && !after.IsHolder(nexus))
                yield return (nexus, AdditionalSense.ReservationsPreempted);
            else if (isReleased)
                yield return (nexus, AdditionalSense.ReservationsReleased);
        }
    }
}
