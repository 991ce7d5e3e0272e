using System.Threading.Tasks;

namespace Scst;

/// <summary>A restore that waits for its turn among the PERSISTENT RESERVE OUT commands.</summary>
internal sealed class PersistentReservationRestore(string text)
{
    // Whoever awaits it must not hold up those who come next.
    private readonly TaskCompletionSource<PersistentReservationRestoreResult> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PersistentReservationRestoreResult _result = new(PersistentReservationRestoreStatus.NotStored);

    internal Task<PersistentReservationRestoreResult> Task => _completion.Task;

    /// <summary>Works out what it comes to.</summary>
    /// <param name="before">The state that is to be replaced.</param>
    /// <param name="context">The ports there are.</param>
    internal PersistentReserveOutOutcome Decide(PersistentReservationState before, PersistentReservationContext context)
    {
        if (PersistentReservationText.TryRead(text, before, context, out PersistentReservationState? state, out var errors))
        {
            _result = new(PersistentReservationRestoreStatus.Restored);
            return PersistentReservationDifference.Replace(before, state!);
        }
        return End(before, new(PersistentReservationRestoreStatus.Invalid, errors));
    }

    /// <summary>The logical unit is held by RESERVE.</summary>
    internal PersistentReserveOutOutcome Refuse(PersistentReservationState before) =>
        End(before, new(PersistentReservationRestoreStatus.Reserved));

    /// <param name="isStored">Whether what it came to is on stable storage, if it had to be.</param>
    internal void Complete(bool isStored) =>
        _completion.SetResult(isStored ? _result : new(PersistentReservationRestoreStatus.NotStored));

    private PersistentReserveOutOutcome End(PersistentReservationState before, PersistentReservationRestoreResult result)
    {
        _result = result;
        return new() { State = before };
    }
}
