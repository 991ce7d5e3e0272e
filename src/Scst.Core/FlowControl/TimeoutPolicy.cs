using System;

namespace Scst;

/// <summary>
/// Keeps every command far from its timeout. A command that took more than a fifth of its timeout halves the queue
/// depth at once, once for all commands that were admitted before that; while the worst command takes less than a tenth of its
/// timeout, the depth grows by one in each recovery period. Between the two it stays.
/// </summary>
/// <remarks>
/// Nothing is asked of the store but to slow down gradually: if it becomes slower by more than a factor of five from one moment to
/// the next when its commands already take a fifth of their timeouts, those that it has then are late whatever is done.
/// <see cref="QueueDepthFigures.MaxDepth"/> bounds how many they are.
/// </remarks>
internal sealed record TimeoutPolicy : IQueueDepthPolicy
{
    /// <summary>A command that takes more than its timeout divided by this halves the depth.</summary>
    public const int CutAbove = 5;

    /// <summary>While no command takes more than its timeout divided by this, the depth grows.</summary>
    public const int RecoverBelow = 10;

    private static readonly TimeSpan _longestPeriod = TimeSpan.FromDays(1);

    /// <summary>The depth grows by one at most once in this time: 1 ms to 1 day, 2 minutes by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan RecoveryPeriod
    {
        get;
        init
        {
            if (value < TimeSpan.FromMilliseconds(1) || value > _longestPeriod)
                throw new ArgumentOutOfRangeException(nameof(RecoveryPeriod));
            field = value;
        }
    } = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public QueueDepthDecision Decide(in QueueDepthFigures figures)
    {
        if (figures.WorstOfRound.IsAbove(CutAbove))
            return Cut(figures);
        bool recovers = figures.Depth < figures.MaxDepth
            && figures.Worst.IsBelow(RecoverBelow)
            && figures.SinceDecision >= RecoveryPeriod;
        return recovers
            ? new QueueDepthDecision(figures.Depth + 1, QueueDepthReason.FarFromTimeout)
            : new QueueDepthDecision(figures.Depth, QueueDepthReason.Steady);
    }

    internal static QueueDepthDecision Cut(in QueueDepthFigures figures) =>
        new(Math.Max(1, figures.Depth / 2), QueueDepthReason.NearTimeout, EndsRound: true);
}
