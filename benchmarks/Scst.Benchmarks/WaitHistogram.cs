using System;
using System.Diagnostics;
using System.Globalization;

namespace Scst.Benchmarks;

/// <summary>How long commands waited, in steps of 100 ns, and the longest exactly. One thread records, nothing is allocated.</summary>
internal sealed class WaitHistogram
{
    private const double StepsPerSecond = 1e7;
    private const int Steps = 1 << 18;

    private static readonly double _stepsPerTick = StepsPerSecond / Stopwatch.Frequency;

    private readonly long[] _counts = new long[Steps];
    private long _longest;

    private long Count { get; set; }

    private double LongestMicroseconds => _longest * _stepsPerTick / 10;

    internal void Record(long ticks)
    {
        _counts[Math.Min((int)(ticks * _stepsPerTick), Steps - 1)]++;
        _longest = Math.Max(_longest, ticks);
        Count++;
    }

    /// <summary>How many, the usual waits, and the longest.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count} commands, 50 % {PercentileMicroseconds(0.5):F1} us, "
        + $"99.99 % {PercentileMicroseconds(0.9999):F1} us, longest {LongestMicroseconds:F1} us");

    /// <summary>The wait that a share of the commands did not exceed, to 100 ns; the longest where it is beyond the steps.</summary>
    private double PercentileMicroseconds(double share)
    {
        long left = (long)Math.Ceiling(Count * share);
        for (int i = 0; i < Steps - 1; i++)
        {
            left -= _counts[i];
            if (left <= 0)
                return Math.Min((i + 1) / 10.0, LongestMicroseconds);
        }
        return LongestMicroseconds;
    }
}
