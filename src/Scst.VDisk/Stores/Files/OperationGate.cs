using System;
using System.Threading;

namespace Scst.VDisk;

/// <summary>Counts the operations that run, and once closed lets none in and tells when the last has left.</summary>
internal sealed class OperationGate
{
    /// <summary>Set in the count when closed; far above any number of operations.</summary>
    private const long Closed = 1L << 62;

    private readonly Action _drained;
    private long _count;
    private int _isDrained;

    /// <summary>Makes an open gate; <paramref name="drained"/> is called once, by whoever leaves last or closes an empty gate.</summary>
    internal OperationGate(Action drained) => _drained = drained;

    /// <summary>Counts an operation in, unless the gate is closed.</summary>
    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) < Closed) return true;
        Exit();
        return false;
    }

    internal void Exit()
    {
        if (Interlocked.Decrement(ref _count) == Closed) Drain();
    }

    internal void Close()
    {
        if (Interlocked.Or(ref _count, Closed) == 0) Drain();
    }

    private void Drain()
    {
        // A late visitor that is turned away passes zero once more.
        if (Interlocked.Exchange(ref _isDrained, 1) == 0) _drained();
    }
}
