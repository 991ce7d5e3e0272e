using System;
using System.Collections.Generic;

namespace Scst.Tests.FlowControl.Simulation;

/// <summary>Runs what is to happen in the order of its time; of two things at the same time the one that was planned first.</summary>
internal sealed class VirtualTime
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _planned = new();
    private long _order;

    internal TimeSpan Now { get; private set; }

    internal void At(TimeSpan time, Action action) => _planned.Enqueue(action, (time < Now ? Now : time, _order++));

    internal void After(TimeSpan delay, Action action) => At(Now + delay, action);

    internal void Every(TimeSpan period, Action action) => After(period, () =>
    {
        action();
        Every(period, action);
    });

    internal void RunUntil(TimeSpan end)
    {
        while (_planned.TryPeek(out Action? action, out (TimeSpan At, long) key) && key.At <= end)
        {
            _planned.Dequeue();
            Now = key.At;
            action();
        }
        Now = end;
    }
}
