using System.Collections.Generic;
using System.Threading;

namespace Scst;

/// <summary>
/// What one initiator has of a logical unit's queue depth: credits, the commands that occupy them, and those that wait for one.
/// </summary>
/// <typeparam name="T">The commands.</typeparam>
/// <remarks>
/// Credits stay with the share when a command leaves, so that the next one enters without asking the gate: nothing that another
/// connection writes is written, and only what seldom changes is read. <see cref="TryEnter"/> is called by the session's submitter
/// only, <see cref="Retire"/> by any thread.
/// </remarks>
internal class DepthShare<T>
    where T : class
{
    private int _entered;
    private int _left;
    private int _credits;
    private int _hasWaiters;

    internal DepthShare(int weight) => Weight = weight;

    /// <summary>How many commands the share gets when an equal one with weight 1 gets one.</summary>
    internal int Weight { get; set; }

    /// <summary>Commands that may be inside at once. Changed under the gate's lock.</summary>
    internal int Credits
    {
        get => Volatile.Read(ref _credits);
        set => Volatile.Write(ref _credits, value);
    }

    /// <summary>Commands that are inside. Exact only while nobody enters or leaves.</summary>
    internal int Occupancy => Volatile.Read(ref _entered) - Volatile.Read(ref _left);

    /// <summary>Whether commands wait; the next one has to wait behind them.</summary>
    internal bool HasWaiters => Volatile.Read(ref _hasWaiters) != 0;

    /// <summary>Under the gate's lock: the commands that wait, and since when.</summary>
    internal List<(T Command, long Since)> Waiting { get; } = [];

    /// <summary>Under the gate's lock: how much of the depth the share has had, in commands of weight 1, while others waited.</summary>
    internal double Served { get; set; }

    /// <summary>Under the gate's lock: whether commands of the share have waited and were sent away.</summary>
    internal bool IsOwed { get; set; }

    /// <summary>Under the gate's lock: the share's place in the list of those that have credits or wait; -1 while it is not there.</summary>
    internal int Slot { get; set; } = -1;

    /// <summary>Under the gate's lock: whether the share is among those that wait; it may be there with nobody waiting.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>A command enters if the share has a credit for it.</summary>
    internal bool TryEnter()
    {
        if (HasWaiters || Occupancy >= Credits)
            return false;
        // A plain write: while nobody waits only the submitter enters, else only who has the gate's lock does.
        Volatile.Write(ref _entered, _entered + 1);
        return true;
    }

    /// <summary>A command is inside no more. A full fence: what the caller reads afterwards was not read before.</summary>
    internal void Retire() => Interlocked.Increment(ref _left);

    /// <summary>Undoes <see cref="Retire"/>, whether there is a credit or not.</summary>
    internal void Return() => Interlocked.Decrement(ref _left);

    /// <summary>Under the gate's lock: a command waits.</summary>
    internal void Add(T command, long since)
    {
        Waiting.Add((command, since));
        Volatile.Write(ref _hasWaiters, 1);
    }

    /// <summary>Under the gate's lock: one that waits does so no more.</summary>
    /// <param name="index">Which, the oldest being 0.</param>
    /// <param name="enters">Whether it enters.</param>
    internal T RemoveAt(int index, bool enters)
    {
        T command = Waiting[index].Command;
        Waiting.RemoveAt(index);
        if (enters)
            Volatile.Write(ref _entered, _entered + 1);
        // Last: from here on the submitter may enter by itself.
        if (Waiting.Count == 0)
            Volatile.Write(ref _hasWaiters, 0);
        return command;
    }
}
