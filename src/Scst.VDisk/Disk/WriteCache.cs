using System.Threading;
using System.Threading.Tasks;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>
/// Whether writes may stay in the store's volatile cache after their GOOD: WCE of the caching mode page (SBC-5), and never while
/// the disk is stopped.
/// </summary>
/// <remarks>
/// Bypassing begins before the flush that covers what was cached, and a write that finds at its end that it should not have been
/// cached flushes before its own GOOD (<see cref="MustFlush"/>). So no write falls between.
/// </remarks>
internal sealed class WriteCache
{
    private const int Disabled = 1;
    private const int Stopped = 2;

    private int _bypass;
    private Drain? _drain;

    /// <param name="isVolatile">Whether there is a cache that can lose anything.</param>
    /// <param name="isEnabled">WCE at first.</param>
    internal WriteCache(bool isVolatile, bool isEnabled)
    {
        IsVolatile = isVolatile;
        _bypass = isEnabled ? 0 : Disabled;
    }

    /// <summary>Whether a flush can save anything.</summary>
    internal bool IsVolatile { get; }

    /// <summary>Whether a write that begins now must be on stable storage before its GOOD.</summary>
    internal bool IsBypassed => IsVolatile && Volatile.Read(ref _bypass) != 0;

    /// <summary>Whether a write that was begun as one to be cached, and has reached the store, must be flushed before its GOOD.</summary>
    internal bool MustFlush()
    {
        if (!IsVolatile)
            return false;
        // The write is visible before the flag is looked at, as the flag is set before the flush: one of the two sees the other.
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref _bypass) != 0;
    }

    /// <summary>The disk is being stopped, or is started.</summary>
    internal void SetStopped(bool isStopped)
    {
        if (isStopped)
            Interlocked.Or(ref _bypass, Stopped);
        else
            Interlocked.And(ref _bypass, ~Stopped);
    }

    /// <summary>
    /// WCE becomes one: at once. WCE becomes zero: from now on writes are not cached any more, and it is done when what was cached
    /// before is on stable storage (SBC-5, WCE bit). Calls must not overlap.
    /// </summary>
    /// <param name="isEnabled">WCE.</param>
    /// <param name="medium">What to flush.</param>
    /// <param name="sense">
    /// Why it is not done: the flush failed, or NOT READY, 04h/07h OPERATION IN PROGRESS while it runs; ask again.
    /// </param>
    internal bool TrySetEnabled(bool isEnabled, DiskMedium medium, out Sense sense)
    {
        sense = default;
        if (isEnabled)
        {
            _drain = null;
            Interlocked.And(ref _bypass, ~Disabled);
            return true;
        }
        Interlocked.Or(ref _bypass, Disabled);
        if (_drain is null)
        {
            _drain = new Drain();
            _ = _drain.RunAsync(medium);
        }
        StoreStatus? outcome = _drain.Outcome;
        if (outcome == StoreStatus.Ok)
            return true;
        if (outcome is null)
        {
            sense = Sense.NotReady(AdditionalSense.LogicalUnitNotReadyOperationInProgress);
            return false;
        }
        sense = StoreSense.Of(outcome.Value);
        _drain = null;
        Interlocked.And(ref _bypass, ~Disabled);
        return false;
    }

    /// <summary>The flush of what was cached when the cache was disabled.</summary>
    private sealed class Drain
    {
        private const int Running = -1;

        private int _outcome = Running;

        internal StoreStatus? Outcome => Volatile.Read(ref _outcome) is var outcome and not Running ? (StoreStatus)outcome : null;

        internal async Task RunAsync(DiskMedium medium) =>
            Volatile.Write(ref _outcome, (int)await medium.FlushAsync().ConfigureAwait(false));
    }
}
