using System;
using System.Collections.Generic;
using System.Threading;

namespace Scst.VDisk.Tests;

/// <summary>A combiner under test, right or deliberately wrong: how to enlist.</summary>
internal delegate Action<FlushWaiter> CombinerFactory(IFlushTarget target, Action<IThreadPoolWorkItem> schedule);

/// <summary>
/// A medium reduced to numbers: writes are numbered, and a flush makes stable what was written before it started. Whoever is told
/// that a number is stable when it is not goes into <see cref="Complaints"/>.
/// </summary>
internal sealed class CombinerHarness : IFlushTarget
{
    private readonly Lock _lock = new();
    private readonly Func<int, FlushResult> _result;
    private readonly Action<int> _during;
    private readonly List<string> _complaints = [];
    private long _written;
    private long _stable;
    private int _running;
    private int _flushes;
    private StoreStatus? _final;

    /// <param name="result">How the n-th flush ends.</param>
    /// <param name="during">What happens in the middle of the n-th flush.</param>
    internal CombinerHarness(Func<int, FlushResult> result, Action<int> during)
    {
        _result = result;
        _during = during;
    }

    internal int Flushes => Volatile.Read(ref _flushes);

    internal IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_lock) return _complaints.ToArray();
        }
    }

    public FlushResult Flush()
    {
        if (Interlocked.Increment(ref _running) != 1) Complain("two flushes at once");
        if (_final is not null) Complain("a flush after a final failure");
        long covered = Interlocked.Read(ref _written);
        int number = Interlocked.Increment(ref _flushes) - 1;
        _during(number);
        FlushResult result = _result(number);
        if (result.Status == StoreStatus.Ok) Interlocked.Exchange(ref _stable, covered);
        if (result.IsFinal) _final = result.Status;
        Interlocked.Decrement(ref _running);
        return result;
    }

    /// <summary>A write that has just completed and wants to be stable.</summary>
    internal Waiter Write(Action<StoreStatus>? then = null) => new(this, Interlocked.Increment(ref _written)) { Then = then };

    internal void Complain(string what)
    {
        lock (_lock) _complaints.Add(what);
    }

    internal sealed class Waiter : FlushWaiter
    {
        private readonly CombinerHarness _harness;
        private readonly long _number;
        private int _answers;

        internal Waiter(CombinerHarness harness, long number)
        {
            _harness = harness;
            _number = number;
        }

        /// <summary>What happens when the answer is there.</summary>
        internal Action<StoreStatus>? Then { get; init; }

        internal int Answers => Volatile.Read(ref _answers);

        internal override void FlushCompleted(StoreStatus status)
        {
            if (Interlocked.Increment(ref _answers) != 1) _harness.Complain($"write {_number} was answered twice");
            if (status == StoreStatus.Ok && Interlocked.Read(ref _harness._stable) < _number)
                _harness.Complain($"write {_number} was told to be stable and was not");
            if (status == StoreStatus.Ok && _harness._final is not null) _harness.Complain($"write {_number} was Ok after a final failure");
            Then?.Invoke(status);
        }
    }
}
