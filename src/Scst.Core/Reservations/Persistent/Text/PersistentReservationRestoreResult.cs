using System.Collections.Generic;

namespace Scst;

/// <summary>What became of a restore of persistent reservations. Immutable.</summary>
public sealed class PersistentReservationRestoreResult
{
    internal PersistentReservationRestoreResult(
        PersistentReservationRestoreStatus status, IReadOnlyList<PersistentReservationTextError>? errors = null)
    {
        Status = status;
        Errors = errors ?? [];
    }

    /// <summary>What became of it.</summary>
    public PersistentReservationRestoreStatus Status { get; }

    /// <summary>Everything that is wrong with the text, by line; empty unless it is invalid.</summary>
    public IReadOnlyList<PersistentReservationTextError> Errors { get; }
}
