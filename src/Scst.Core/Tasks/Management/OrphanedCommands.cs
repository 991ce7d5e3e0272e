using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Scst;

/// <summary>
/// Commands that were stuck in the backend of a nexus that is gone when their session ended. Their initiator takes them for
/// aborted, so what it sends to that logical unit anew must not be overtaken by them: it waits until they are gone.
/// </summary>
internal class OrphanedCommands
{
    private readonly object _lock = new();
    private readonly Dictionary<ScsiCommand, LunNexus> _commands = [];
    private readonly List<LunNexus> _heldBack = [];
    private TaskCompletionSource<bool>? _noneLeft;
    private int _count;

    internal void Add(ScsiCommand command, LunNexus nexus)
    {
        lock (_lock)
        {
            _commands.Add(command, nexus);
            Volatile.Write(ref _count, _commands.Count);
        }
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
            _heldBack.RemoveAll(free.Contains);
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
    /// A nexus is made: it is paused as long as the logical unit has orphans of its initiator. Called before any command can use it.
    /// </summary>
    internal virtual void HoldBack(LunNexus nexus)
    {
        // A session that is opened after another has ended finds what that has left.
        if (Volatile.Read(ref _count) == 0)
            return;
        lock (_lock)
        {
            if (!HasOrphans(nexus))
                return;
            nexus.Pause();
            _heldBack.Add(nexus);
        }
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
