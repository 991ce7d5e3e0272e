using Scst.Core.Tests.Reservations.Persistent;

namespace Scst.Tests.Simulation.Reservations;

/// <summary>A state that the reservations may have, or have had, as far as initiators can know. Times are a logical clock.</summary>
/// <param name="model">The state.</param>
/// <param name="from">From when on it may be that of the logical unit.</param>
/// <param name="answer">What the command that makes it is to be answered; null if it is no longer under way.</param>
internal sealed class PossibleState(ReservationModel model, int from, ModelAnswer? answer)
{
    internal ReservationModel Model { get; } = model;

    internal int From { get; } = from;

    internal int Until { get; set; } = int.MaxValue;

    internal ModelAnswer? Answer { get; set; } = answer;

    internal bool IsPossible => Until == int.MaxValue;

    /// <summary>Whether the product has it. PRGENERATION has rules of its own.</summary>
    internal bool IsThatOf(PersistentReservationState state)
    {
        if (state.IsLost != Model.Lost || state.Aptpl != Model.Aptpl || state.Registrations.Count != Model.Keys.Count)
            return false;
        foreach (PersistentRegistration registration in state.Registrations)
        {
            if (!Model.Keys.TryGetValue(registration.Nexus, out ulong key) || key != registration.Key)
                return false;
        }
        return (int)(state.Reservation?.Type ?? 0) == Model.Type && state.Reservation?.Holder == Model.Holder;
    }
}
