using System.Threading;
using System.Threading.Tasks;

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

    /// <summary>WCE becomes one.</summary>
    internal void Enable() => Interlocked.And(ref _bypass, ~Disabled);

    /// <summary>
    /// WCE becomes zero: from now on writes are not cached any more, and it is done when what was cached before is on stable
    /// storage (SBC-5, WCE bit). If that fails, writes are cached as before. Calls must not overlap.
    /// </summary>
    internal async ValueTask<StoreStatus> DisableAsync(DiskMedium medium)
    {
        Interlocked.Or(ref _bypass, Disabled);
        StoreStatus status = await medium.FlushAsync().ConfigureAwait(false);
        if (status != StoreStatus.Ok)
            Enable();
        return status;
    }
}
