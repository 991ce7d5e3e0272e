using System;

namespace Scst;

/// <summary>What an <see cref="IQueueDepthPolicy"/> decides by: what was measured at one logical unit.</summary>
/// <remarks>
/// A round is the time since the policy last asked for one (<see cref="QueueDepthDecision.EndsRound"/>). Commands that were admitted
/// before it began are not of the round: what became of them was decided on already.
/// </remarks>
internal readonly record struct QueueDepthFigures
{
    /// <summary>The queue depth now: 1 to <see cref="MaxDepth"/> commands.</summary>
    public int Depth { get; init; }

    /// <summary>The largest queue depth, in commands.</summary>
    public int MaxDepth { get; init; }

    /// <summary>How long ago the policy last changed the depth or ended a round.</summary>
    public TimeSpan SinceDecision { get; init; }

    /// <summary>
    /// Of the commands of the window the one that came nearest to its timeout; those that have not ended count with their age.
    /// Zero if there was none.
    /// </summary>
    public CommandTime Worst { get; init; }

    /// <summary>The same of all commands of the round.</summary>
    public CommandTime WorstOfRound { get; init; }

    /// <summary>How many commands of the round have ended.</summary>
    public long EndedOfRound { get; init; }

    /// <summary>Their mean time; zero if there was none.</summary>
    public TimeSpan MeanOfRound { get; init; }

    /// <summary>The shortest time of a command within the last ten to twenty minutes; zero before there was one.</summary>
    public TimeSpan Shortest { get; init; }

    /// <summary>The most commands that were admitted at once in the round.</summary>
    public int MostAdmittedOfRound { get; init; }
}
