using System;

namespace Scst;

/// <summary>
/// How long a command took, or has taken so far, beside the time that it may take.
/// </summary>
/// <param name="Elapsed">
/// The time from the receipt of the command to its end. What its initiator let it wait for (data-out, a response that was not taken)
/// is not in it, and neither is what it waited for to be admitted: that says how much is asked, not how fast it is done, and a depth
/// that followed it down would only make it longer.
/// </param>
/// <param name="Timeout">When its initiator gives it up; zero where nobody knows.</param>
internal readonly record struct CommandTime(TimeSpan Elapsed, TimeSpan Timeout)
{
    /// <summary>The part of its timeout that the command took: 1 is all of it; zero where the timeout is not known.</summary>
    public double Share => Timeout > TimeSpan.Zero ? (double)Elapsed.Ticks / Timeout.Ticks : 0;

    /// <summary>Whether the command took more than one part of so many that its timeout has, to the tick.</summary>
    /// <param name="parts">How many, at least 1.</param>
    public bool IsAbove(int parts) => Timeout > TimeSpan.Zero && Elapsed.Ticks > Timeout.Ticks / parts;

    /// <summary>Whether the command took less than one part of so many that its timeout has, to the tick.</summary>
    /// <param name="parts">How many, at least 1.</param>
    public bool IsBelow(int parts) => Timeout <= TimeSpan.Zero || Elapsed.Ticks <= (Timeout.Ticks - 1) / parts;

    /// <summary>The one of two that came nearer to its timeout.</summary>
    internal static CommandTime Worse(in CommandTime one, in CommandTime other) =>
        other.Share > one.Share || (other.Share == one.Share && other.Elapsed > one.Elapsed) ? other : one;
}
