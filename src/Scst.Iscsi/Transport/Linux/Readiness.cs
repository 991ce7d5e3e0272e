using System.Threading;

namespace Scst.Iscsi.Transport.Linux;

/// <summary>
/// Where somebody who found that a system call would block meets the event that says it no longer would. Edge-triggered events
/// come once: one that comes before the wait has begun is kept.
/// </summary>
internal struct Readiness
{
    private const int Idle = 0;
    private const int Signaled = 1;
    private const int Waiting = 2;
    private const int Closed = 3;

    private int _state;

    /// <summary>Begins to wait after a call would have blocked.</summary>
    /// <returns>False if an event has come since: try the call again; also once closed.</returns>
    public bool TryWait()
    {
        var before = Interlocked.CompareExchange(ref _state, Waiting, Idle);
        if (before == Idle)
            return true;
        if (before == Signaled)
            Interlocked.CompareExchange(ref _state, Idle, Signaled);
        return false;
    }

    /// <summary>An event has come.</summary>
    /// <returns>Whether somebody waited; the caller must now act for it.</returns>
    public bool Signal()
    {
        while (true)
        {
            var before = Volatile.Read(ref _state);
            if (before is Signaled or Closed)
                return false;
            var next = before == Waiting ? Idle : Signaled;
            if (Interlocked.CompareExchange(ref _state, next, before) == before)
                return before == Waiting;
        }
    }

    /// <summary>Nobody will wait any more.</summary>
    /// <returns>Whether somebody waited; the caller must now end that wait.</returns>
    public bool Close() => Interlocked.Exchange(ref _state, Closed) == Waiting;

    public bool IsClosed => Volatile.Read(ref _state) == Closed;
}
