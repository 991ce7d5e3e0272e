using System;
using System.Threading;

namespace Scst.VDisk;

/// <summary>
/// Group commit: flushes run one after the other, and whoever asks while one runs is served, with everybody else who asked
/// meanwhile, by the next. A flush covers only what was written before it started, so nobody joins one that is running.
/// </summary>
/// <remarks>
/// One round is one work item, queued through the scheduler that is given; there is never more than one queued or flushing.
/// The next round is queued before the waiters of the last are told, so that what they do then does not delay it. A final failure
/// is kept, and no flush is tried after it.
/// </remarks>
internal sealed class FlushCombiner : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly IFlushTarget _target;
    private readonly Action<IThreadPoolWorkItem> _schedule;
    private FlushWaiter? _first;
    private FlushWaiter? _last;
    private bool _isScheduled;
    // Touched by rounds only, and those follow one another.
    private FlushResult _final;

    internal FlushCombiner(IFlushTarget target, Action<IThreadPoolWorkItem> schedule)
    {
        _target = target;
        _schedule = schedule;
    }

    /// <summary>Asks for a flush that starts after this call; <see cref="FlushWaiter.FlushCompleted"/> is the answer.</summary>
    internal void Enlist(FlushWaiter waiter)
    {
        bool schedule;
        lock (_lock)
        {
            if (_last is null) _first = waiter;
            else _last.Next = waiter;
            _last = waiter;
            schedule = !_isScheduled;
            _isScheduled = true;
        }

        if (schedule) _schedule(this);
    }

    /// <summary>One round.</summary>
    public void Execute()
    {
        FlushWaiter? waiter;
        lock (_lock)
        {
            waiter = _first;
            _first = _last = null;
        }

        FlushResult result = _final.IsFinal ? _final : _target.Flush();
        if (result.IsFinal) _final = result;

        bool schedule;
        lock (_lock) schedule = _isScheduled = _first is not null;
        if (schedule) _schedule(this);

        while (waiter is not null)
        {
            // Read before the answer: afterwards the waiter may be enlisted again.
            FlushWaiter? next = waiter.Next;
            waiter.Next = null;
            waiter.FlushCompleted(result.Status);
            waiter = next;
        }
    }
}
