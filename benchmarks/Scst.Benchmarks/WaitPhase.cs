using System;

namespace Scst.Benchmarks;

/// <summary>What was seen while one kind of window was open: waits, and what the garbage collector did.</summary>
internal sealed class WaitPhase(string name)
{
    private readonly long[] _collections = new long[GC.MaxGeneration + 1];
    private readonly long[] _before = new long[GC.MaxGeneration + 1];
    private TimeSpan _paused;
    private TimeSpan _pausedBefore;

    internal string Name { get; } = name;

    /// <summary>Commands during which the thread kept its processor, and nothing was collected.</summary>
    private WaitHistogram Waits { get; } = new();

    /// <summary>Commands during which another thread or process had the processor, but nothing was collected.</summary>
    private WaitHistogram Preempted { get; } = new();

    /// <summary>Commands during which garbage was collected.</summary>
    private WaitHistogram Collected { get; } = new();

    internal void Record(long ticks, bool wasPreempted, bool hadCollection) =>
        (hadCollection ? Collected : wasPreempted ? Preempted : Waits).Record(ticks);

    internal void Open()
    {
        for (int i = 0; i < _before.Length; i++)
            _before[i] = GC.CollectionCount(i);
        _pausedBefore = GC.GetTotalPauseDuration();
    }

    internal void Close()
    {
        for (int i = 0; i < _before.Length; i++)
            _collections[i] += GC.CollectionCount(i) - _before[i];
        _paused += GC.GetTotalPauseDuration() - _pausedBefore;
    }

    /// <summary>The whole, one line for each kind of command.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        $"{Name}:",
        $"  undisturbed:     {Waits}",
        $"  preempted:       {Preempted}",
        $"  in a collection: {Collected}",
        FormattableString.Invariant($"  collections of generation 0, 1, 2 (each counts in those below): {string.Join(", ", _collections)}, ")
        + FormattableString.Invariant($"{_paused.TotalMilliseconds:F1} ms in all"));
}
