using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Scst.Protocol;

namespace Scst;

/// <content>Pausing the session, or one of its LUNs.</content>
public sealed partial class Session
{
    private readonly PauseList _pauses = new();
    private int _pausedTimes;

    /// <summary>The pauses of the session and of single LUNs of it that are not over.</summary>
    public IReadOnlyList<Pause> Pauses => _pauses.Current;

    /// <summary>
    /// Pauses the session: none of its commands gets its turn in a logical unit until the pause is over, also in those that it
    /// gets or uses first meanwhile; other sessions notice nothing, and their ORDERED commands do not wait for those that are paused.
    /// </summary>
    /// <param name="options">Why, and for how long at most.</param>
    /// <returns>The pause; <see cref="Scst.Pause.Resume"/> ends it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public Pause Pause(PauseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Scst.Pause.Begin(Engine, new PausedSession(this, _pauses), options);
    }

    /// <summary>
    /// Pauses one LUN of the session, as <see cref="Pause(PauseOptions)"/> does for all. If a change of the access control takes the LUN
    /// away or makes it another device, what comes there then is not paused.
    /// </summary>
    /// <param name="lun">A LUN of the session's map.</param>
    /// <param name="options">Why, and for how long at most.</param>
    /// <returns>The pause; <see cref="Scst.Pause.Resume"/> ends it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">The session sees no such LUN.</exception>
    public Pause Pause(Lun lun, PauseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        LunNexus nexus = FindNexus(lun) ?? throw new ArgumentException($"{this} sees no LUN {lun}.", nameof(lun));
        return Scst.Pause.Begin(Engine, new PausedNexus(nexus, _pauses), options);
    }

    /// <summary>Whether no command of the session may get its turn, through whatever nexus: also one that is new, or gone.</summary>
    internal bool IsPaused => Volatile.Read(ref _pausedTimes) != 0;

    internal void ClosePauseGate()
    {
        Interlocked.Increment(ref _pausedTimes);
        Reconsider();
    }

    internal void OpenPauseGate()
    {
        Interlocked.Decrement(ref _pausedTimes);
        Reconsider();
    }

    /// <summary>
    /// Commands wait in these task sets, or behind such as do: a command that looks at the gate later has named its nexus before.
    /// </summary>
    private void Reconsider()
    {
        foreach (LogicalUnit? logicalUnit in Commands.Select(command => command.Nexus?.LogicalUnit).Distinct().ToArray())
            logicalUnit?.TaskSet.Reconsider();
    }
}
