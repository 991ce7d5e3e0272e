using System;

namespace Scst.Tests.FlowControl.Simulation;

/// <summary>For a while a store works at another speed.</summary>
/// <param name="From">Since when.</param>
/// <param name="Until">Until when.</param>
/// <param name="Speed">Its speed then, 1 being the usual one and 0 a store that stalls.</param>
internal sealed record Slowness(TimeSpan From, TimeSpan Until, double Speed)
{
    internal static Slowness None { get; } = new(TimeSpan.MaxValue, TimeSpan.MaxValue, 1);

    /// <summary>When work that begins now is done.</summary>
    internal TimeSpan EndOf(TimeSpan now, TimeSpan work)
    {
        if (now >= Until || now + work <= From)
            return now + work;
        TimeSpan begin = now > From ? now : From;
        TimeSpan left = work - (begin - now);
        TimeSpan doneInside = (Until - begin) * Speed;
        return left <= doneInside ? begin + (left / Speed) : Until + (left - doneInside);
    }
}
