using System;

namespace Scst;

/// <summary>
/// Keeps the mean time of commands at a target, for those who want a bound in milliseconds. Round by round the depth follows the
/// quotient of the time that commands may take and the time that they did take: down in proportion, but at most to half; up by as
/// much as the square root of the depth, while the depth is used at all. A command that comes near to its timeout halves the depth
/// as under <see cref="TimeoutPolicy"/>.
/// </summary>
/// <remarks>
/// <para>Commands may take <see cref="Target"/>, or <see cref="LeastSlack"/> times the shortest time that a command took if that is
/// more: a target that a store of many disks cannot meet must not leave most of them idle.</para>
/// <para>After a slow phase the depth is back at <c>d</c> within <c>2 * d * max(d, MinimumSamples)</c> commands: it grows by at least one
/// in each round while commands take no more than half of what they may.</para>
/// </remarks>
internal sealed record LatencyTargetPolicy : IQueueDepthPolicy
{
    private const double LargestCut = 0.5;

    /// <summary>Makes a policy.</summary>
    /// <param name="target">See <see cref="Target"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="target"/> is out of range.</exception>
    public LatencyTargetPolicy(TimeSpan target) => Target = target;

    /// <summary>How long commands may take in the mean: more than zero, at most 1 hour.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan Target
    {
        get;
        init
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
                throw new ArgumentOutOfRangeException(nameof(Target));
            field = value;
        }
    }

    /// <summary>
    /// Commands may always take so many times the shortest time of a command that was seen: 1 to 100, 2 by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public double LeastSlack
    {
        get;
        init
        {
            if (value is not (>= 1 and <= 100))
                throw new ArgumentOutOfRangeException(nameof(LeastSlack));
            field = value;
        }
    } = 2;

    /// <summary>A round has at least so many commands that have ended, and at least as many as the depth: 1 to 10000, 16 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MinimumSamples
    {
        get;
        init
        {
            if (value is < 1 or > 10000)
                throw new ArgumentOutOfRangeException(nameof(MinimumSamples));
            field = value;
        }
    } = 16;

    /// <inheritdoc/>
    public QueueDepthDecision Decide(in QueueDepthFigures figures)
    {
        if (figures.WorstOfRound.IsAbove(TimeoutPolicy.CutAbove))
            return TimeoutPolicy.Cut(figures);
        if (figures.EndedOfRound < Math.Max(figures.Depth, MinimumSamples))
            return new QueueDepthDecision(figures.Depth, QueueDepthReason.Steady);
        int step = StepOf(figures);
        int depth = Math.Max(1, Math.Min(figures.MaxDepth, figures.Depth + step));
        QueueDepthReason reason = depth < figures.Depth ? QueueDepthReason.AboveTarget
            : depth > figures.Depth ? QueueDepthReason.BelowTarget
            : QueueDepthReason.Steady;
        return new QueueDepthDecision(depth, reason, EndsRound: true);
    }

    /// <summary>By how much the depth should change; what is left of a whole command is dropped, so that noise near the target moves nothing.</summary>
    private int StepOf(in QueueDepthFigures figures)
    {
        double allowed = Math.Max(Target.Ticks, LeastSlack * figures.Shortest.Ticks);
        double quotient = allowed / Math.Max(1, figures.MeanOfRound.Ticks);
        if (quotient < 1)
            return (int)Math.Ceiling(figures.Depth * Math.Max(LargestCut, quotient)) - figures.Depth;
        // A depth that the initiators do not use says nothing about a larger one.
        bool isUsed = figures.MostAdmittedOfRound * 2L >= figures.Depth;
        return isUsed ? (int)(Math.Sqrt(figures.Depth) * Math.Min(1, quotient - 1)) : 0;
    }
}
