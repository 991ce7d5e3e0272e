using System;
using System.Collections.Generic;

namespace Scst;

/// <summary>
/// Commands that are being aborted together, and who waits for them. A command of another initiator is awaited until
/// it can touch the medium no more; one of the own initiator until its response is out of the way too.
/// </summary>
internal sealed class AbortOperation
{
    private readonly Dictionary<ScsiCommand, bool> _waiting = [];
    private readonly Action<AbortOperation> _done;
    private bool _isFinished;

    internal AbortOperation(Action<AbortOperation> done) => _done = done;

    /// <summary>The nexuses that lost a command to another one.</summary>
    internal HashSet<LunNexus> Losers { get; } = [];

    /// <summary>Whether any command was ended, and not only awaited.</summary>
    internal bool AbortedAny { get; set; }

    /// <summary>Whether only commands that have their turn are awaited: one that loses it is let go.</summary>
    internal bool EndsWithTurn { get; init; }

    /// <summary>Whether the end of a session waits: it does without what only a handler still has.</summary>
    internal bool LeavesOrphans { get; init; }

    internal void WaitFor(ScsiCommand command, bool untilFreed) => _waiting[command] = untilFreed;

    /// <summary>The command has ended or, with <paramref name="freed"/>, is gone altogether.</summary>
    /// <returns>Whether it was the last one awaited.</returns>
    internal bool Left(ScsiCommand command, bool freed)
    {
        if (!_waiting.TryGetValue(command, out bool untilFreed))
            return false;
        if (!freed && command.IsEndedByAbort)
        {
            AbortedAny = true;
            if (!untilFreed)
                Losers.Add(command.Nexus!);
        }
        if (untilFreed && !freed)
            return false;
        _waiting.Remove(command);
        return _waiting.Count == 0;
    }

    /// <returns>Whether nothing is awaited, and nobody was told so before.</returns>
    internal bool TryFinish()
    {
        bool finishes = !_isFinished && _waiting.Count == 0;
        _isFinished |= finishes;
        return finishes;
    }

    internal void Finish() => _done(this);
}
