using System;
using System.Collections.Generic;
using System.Threading;

namespace Scst.VDisk.Tests;

/// <summary>
/// Deliberately wrong, to show that the tests of the combiner would notice: whoever asks during a flush is served by that flush,
/// which does not cover him.
/// </summary>
internal sealed class JoiningCombiner : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly List<FlushWaiter> _waiters = [];
    private readonly IFlushTarget _target;
    private readonly Action<IThreadPoolWorkItem> _schedule;

    internal JoiningCombiner(IFlushTarget target, Action<IThreadPoolWorkItem> schedule)
    {
        _target = target;
        _schedule = schedule;
    }

    public void Execute()
    {
        FlushResult result = _target.Flush();
        FlushWaiter[] waiters;
        lock (_lock)
        {
            waiters = [.. _waiters];
            _waiters.Clear();
        }

        foreach (FlushWaiter waiter in waiters) waiter.FlushCompleted(result.Status);
    }

    internal void Enlist(FlushWaiter waiter)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = _waiters.Count == 0;
            _waiters.Add(waiter);
        }

        if (isFirst) _schedule(this);
    }
}
