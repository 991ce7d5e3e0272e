using System.Collections.Generic;

namespace Scst;

/// <summary>Shares that wait, the one that was served least first; of equals the one that came first. Not thread-safe.</summary>
/// <typeparam name="T">The commands.</typeparam>
internal sealed class ShareHeap<T>
    where T : class
{
    private readonly List<(DepthShare<T> Share, double Served, long Order)> _heap = [];
    private long _order;

    /// <summary>Adds a share unless it is here.</summary>
    internal void Add(DepthShare<T> share)
    {
        if (share.IsQueued)
            return;
        share.IsQueued = true;
        _heap.Add((share, share.Served, _order++));
        int child = _heap.Count - 1;
        while (child > 0 && IsBefore(child, (child - 1) / 2))
            child = Swap(child, (child - 1) / 2);
    }

    /// <summary>Takes the first one.</summary>
    internal bool TryTake(out DepthShare<T>? share)
    {
        share = null;
        if (_heap.Count == 0)
            return false;
        share = _heap[0].Share;
        share.IsQueued = false;
        Swap(0, _heap.Count - 1);
        _heap.RemoveAt(_heap.Count - 1);
        int parent = 0;
        while (true)
        {
            int child = (parent * 2) + 1;
            if (child + 1 < _heap.Count && IsBefore(child + 1, child))
                child++;
            if (child >= _heap.Count || !IsBefore(child, parent))
                return true;
            parent = Swap(parent, child);
        }
    }

    private bool IsBefore(int one, int other) =>
        _heap[one].Served < _heap[other].Served || (_heap[one].Served == _heap[other].Served && _heap[one].Order < _heap[other].Order);

    private int Swap(int one, int other)
    {
        (_heap[one], _heap[other]) = (_heap[other], _heap[one]);
        return other;
    }
}
