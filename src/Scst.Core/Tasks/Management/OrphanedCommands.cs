using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Scst;

/// <summary>
/// Commands that were stuck in the backend of a nexus that is gone when their session ended. Their initiator takes them for
/// aborted, so what it sends to that logical unit must not be overtaken by them: it waits until they are gone.
/// </summary>
internal class OrphanedCommands
{
    private readonly object _lock = new();
    private readonly Dictionary<ScsiCommand, LunNexus> _commands = [];
    private readonly HashSet<LunNexus> _heldBack = [];
    private TaskCompletionSource<bool>? _noneLeft;
    private int _count;

    /// <summary>
    /// A command is left to its handler. Sessions of its initiator that are there already wait for it too: they may hear of the end of the
    /// other session, and then count on what it had under way.
    /// </summary>
    internal void Add(ScsiCommand command, LunNexus nexus)
    {
        lock (_lock)
        {
            _commands.Add(command, nexus);
            Volatile.Write(ref _count, _commands.Count);
        }
        // Together with that in HoldBack: a nexus that is made at the same time is found here or finds the command there.
        Interlocked.MemoryBarrier();
        foreach (LunNexus other in nexus.LogicalUnit.Nexuses)
            HoldBack(other);
    }

    /// <summary>The command is freed.</summary>
    internal void Remove(ScsiCommand command)
    {
        LunNexus[] free;
        TaskCompletionSource<bool>? noneLeft;
        lock (_lock)
        {
            _commands.Remove(command);
            Volatile.Write(ref _count, _commands.Count);
            free = [.. _heldBack.Where(nexus => !HasOrphans(nexus))];
            _heldBack.ExceptWith(free);
            noneLeft = _commands.Count == 0 ? _noneLeft : null;
        }
        foreach (LunNexus nexus in free)
        {
            nexus.Resume();
            nexus.LogicalUnit.TaskSet.Reconsider();
        }
        noneLeft?.TrySetResult(true);
    }

    /// <summary>
    /// A nexus is paused as long as its logical unit has orphans of its initiator. Called for each that is made, when its logical unit has
    /// it and before any command can use it.
    /// </summary>
    internal virtual void HoldBack(LunNexus nexus)
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _count) == 0 || nexus.IsGone)
            return;
        lock (_lock)
        {
            if (HasOrphans(nexus) && _heldBack.Add(nexus))
                nexus.Pause();
        }
    }

    /// <summary>The nexus has left its logical unit.</summary>
    internal void Forget(LunNexus nexus)
    {
        if (Volatile.Read(ref _count) == 0)
            return;
        lock (_lock)
            _heldBack.Remove(nexus);
    }

    internal Task NoneLeftAsync()
    {
        lock (_lock)
        {
            if (_commands.Count == 0)
                return Task.CompletedTask;
            _noneLeft ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _noneLeft.Task;
        }
    }

    private bool HasOrphans(LunNexus nexus) => _commands.Values.Any(orphaned =>
        orphaned.LogicalUnit == nexus.LogicalUnit
        && string.Equals(orphaned.Session.InitiatorName, nexus.Session.InitiatorName, StringComparison.OrdinalIgnoreCase));
}
