using System;

namespace Scst;

/// <summary>
/// The queue depth of one logical unit: gathers the figures, asks the policy, and does what it says. Reads no clock and takes no
/// lock: whoever calls it says what time it is, and sees to it that calls do not overlap.
/// </summary>
internal sealed class DepthController
{
    // A store that has become slower for good must not be measured by what it was.
    private static readonly TimeSpan _memory = TimeSpan.FromMinutes(10);

    private readonly IQueueDepthPolicy _policy;
    private readonly WorstTimes _worst;
    private TimeSpan _decided;
    private TimeSpan _roundBegan = TimeSpan.MinValue;
    private CommandTime _worstOfRound;
    private long _endedOfRound;
    private long _ticksOfRound;
    private int _mostAdmitted;
    private TimeSpan _shortestBegan;
    private TimeSpan _shortest = TimeSpan.MaxValue;
    private TimeSpan _shortestBefore = TimeSpan.MaxValue;

    /// <summary>Begins at the largest depth.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="maxDepth">The largest depth, at least 1.</param>
    /// <param name="window">How long the worst command is remembered.</param>
    /// <param name="now">The time.</param>
    internal DepthController(IQueueDepthPolicy policy, int maxDepth, TimeSpan window, TimeSpan now)
    {
        _policy = policy;
        _worst = new WorstTimes(window);
        MaxDepth = maxDepth;
        Depth = maxDepth;
        _decided = now;
        _shortestBegan = now;
    }

    internal int MaxDepth { get; }

    internal int Depth { get; private set; }

    /// <summary>Commands that were admitted at this time or before are not of the round.</summary>
    internal TimeSpan RoundBegan => _roundBegan;

    internal CommandTime WorstAt(TimeSpan now) => _worst.At(now);

    /// <summary>A command has ended, or has not ended yet and has taken so long already.</summary>
    /// <param name="now">The time.</param>
    /// <param name="admitted">When it was received; when it was admitted if it had to wait for that.</param>
    /// <param name="time">How long it took.</param>
    internal void Note(TimeSpan now, TimeSpan admitted, in CommandTime time)
    {
        _worst.Note(now, time);
        if (admitted > _roundBegan)
            _worstOfRound = CommandTime.Worse(_worstOfRound, time);
    }

    /// <summary>Commands of the round have ended.</summary>
    /// <param name="count">How many.</param>
    /// <param name="ticks">Their times together, in ticks of <see cref="TimeSpan"/>.</param>
    /// <param name="shortest">The shortest of their times.</param>
    internal void NoteEnded(long count, long ticks, TimeSpan shortest)
    {
        if (count > 0 && shortest < _shortest)
            _shortest = shortest;
        _endedOfRound += count;
        _ticksOfRound += ticks;
    }

    /// <summary>So many commands are admitted.</summary>
    internal void NoteAdmitted(int admitted) => _mostAdmitted = Math.Max(_mostAdmitted, admitted);

    internal QueueDepthFigures FiguresAt(TimeSpan now) => new()
    {
        Depth = Depth,
        MaxDepth = MaxDepth,
        SinceDecision = now - _decided,
        Worst = _worst.At(now),
        WorstOfRound = _worstOfRound,
        EndedOfRound = _endedOfRound,
        MeanOfRound = MeanOfRound,
        Shortest = Shortest,
        MostAdmittedOfRound = _mostAdmitted,
    };

    /// <summary>Asks the policy and does what it says.</summary>
    /// <returns>The decision, within the bounds of the depth.</returns>
    internal QueueDepthDecision Decide(TimeSpan now)
    {
        QueueDepthDecision decision = _policy.Decide(FiguresAt(now));
        decision = decision with { Depth = Math.Max(1, Math.Min(MaxDepth, decision.Depth)) };
        if (decision.Depth != Depth || decision.EndsRound)
            _decided = now;
        Depth = decision.Depth;
        if (decision.EndsRound)
            BeginRound(now);
        return decision;
    }

    private TimeSpan MeanOfRound => _endedOfRound > 0 ? TimeSpan.FromTicks(_ticksOfRound / _endedOfRound) : TimeSpan.Zero;

    private TimeSpan Shortest
    {
        get
        {
            TimeSpan shortest = _shortest < _shortestBefore ? _shortest : _shortestBefore;
            return shortest == TimeSpan.MaxValue ? TimeSpan.Zero : shortest;
        }
    }

    private void BeginRound(TimeSpan now)
    {
        if (now - _shortestBegan >= _memory)
        {
            _shortestBefore = _shortest;
            _shortest = TimeSpan.MaxValue;
            _shortestBegan = now;
        }
        _roundBegan = now;
        _worstOfRound = default;
        _endedOfRound = 0;
        _ticksOfRound = 0;
        _mostAdmitted = 0;
    }
}
