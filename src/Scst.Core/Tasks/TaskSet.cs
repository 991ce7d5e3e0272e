using System.Collections.Generic;
using System.Threading;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// The task set of a logical unit (SAM-6 8; TST 000b: one for all nexuses) and its gate.
/// </summary>
/// <remarks>
/// <para>While nothing needs order, the gate is open and a SIMPLE command enters by marking its own word and then
/// looking whether the gate was closed meanwhile: no lock, no shared count. Whoever needs exclusion (an ORDERED or
/// HEAD OF QUEUE command, a reset) takes the lock, closes the gate, and then counts the commands that are inside by a
/// flag on their words. Both sides write first and look afterwards, so at least one sees the other; a command that is
/// counted and backs out is uncounted.</para>
/// <para>While the gate is closed commands queue under the lock. Those that get their turn go to a run queue, which one
/// thread at a time drains, so that a chain of commands that complete at once uses constant stack.</para>
/// </remarks>
internal class TaskSet
{
    private const int ClosedForOrder = 1;
    private const int ClosedForHold = 2;

    private readonly object _lock = new();
    private readonly LogicalUnit _logicalUnit;
    private readonly CommandQueue _dormant = new();
    private readonly CommandQueue _runnable = new();
    private int _closed;
    private int _holds;
    private int _counted;
    private int _headOfQueueInside;
    private int _orderedInside;
    private bool _draining;
    private long _round;

    internal TaskSet(LogicalUnit logicalUnit) => _logicalUnit = logicalUnit;

    internal bool IsOpen => Volatile.Read(ref _closed) == 0;

    /// <summary>The first half of entering: the command marks itself as inside.</summary>
    /// <returns>False if it was aborted.</returns>
    internal static bool TryMark(ScsiCommand command) =>
        !IsUnordered(command) || command.TryEnterPhase(CommandWord.Enabled);

    /// <summary>The second half: look whether the gate is open. If not, the command takes its place in the queue.</summary>
    /// <returns>Whether the command has its turn; else its latch is opened when the turn comes.</returns>
    internal bool TryEnter(ScsiCommand command)
    {
        if (IsUnordered(command))
        {
            // HEAD OF QUEUE and ORDERED commands hold back others; INQUIRY and the like wait for resets only.
            if (IsOpenFor(command))
                return true;
        }
        return EnterSlowly(command);
    }

    /// <summary>The command has ended; those that waited for it become runnable (<see cref="Drain"/> runs them).</summary>
    internal void Leave(ScsiCommand command)
    {
        if ((command.WordAtEnd & CommandWord.Counted) == 0)
            return;
        lock (_lock)
        {
            Uncount(command);
            Promote();
        }
    }

    /// <summary>Runs the commands whose turn has come. One thread does it at a time; others only add.</summary>
    internal void Drain()
    {
        if (_runnable.IsEmpty)
            return;
        while (true)
        {
            ScsiCommand? next;
            lock (_lock)
            {
                if (_draining)
                    return;
                next = _runnable.TryRemoveFirst();
                if (next is null)
                    return;
                _draining = true;
            }
            try
            {
                _logicalUnit.Engine.Pipeline.TurnCame(next);
            }
            finally
            {
                lock (_lock)
                    _draining = false;
            }
        }
    }

    /// <summary>An aborted command leaves the queue; it runs to its end without its turn.</summary>
    internal void Withdraw(ScsiCommand command)
    {
        lock (_lock)
        {
            if (command.Queue != _dormant)
                return;
            _dormant.Remove(command);
            command.ChangePhase(CommandWord.Enabled);
            _runnable.AddLast(command);
            Promote();
        }
        Drain();
    }

    /// <summary>Closes the gate for all commands, whatever their attribute, until <see cref="Release"/>.</summary>
    internal void Hold()
    {
        lock (_lock)
        {
            _holds++;
            CloseFor(ClosedForHold);
        }
    }

    /// <summary>Ends a <see cref="Hold"/>; the last one lets the queue go on.</summary>
    internal void Release()
    {
        lock (_lock)
        {
            if (--_holds == 0)
                Volatile.Write(ref _closed, _closed & ~ClosedForHold);
            Promote();
        }
        Drain();
    }

    /// <summary>Something outside, such as the gate of a nexus, has changed: look again who may run.</summary>
    internal void Reconsider()
    {
        lock (_lock)
            Promote();
        Drain();
    }

    /// <summary>The look after the mark. The tests replace it by one that does not look, and must notice.</summary>
    protected virtual bool IsOpenFor(ScsiCommand command)
    {
        int barrier = IsImplicitHeadOfQueue(command) ? ClosedForHold : ClosedForHold | ClosedForOrder;
        return (Volatile.Read(ref _closed) & barrier) == 0 && !command.Nexus!.IsClosed;
    }

    private static bool IsImplicitHeadOfQueue(ScsiCommand command) =>
        command.Descriptor is { } descriptor && (descriptor.Flags & CommandFlags.ImplicitHeadOfQueue) != 0;

    private static bool IsUnordered(ScsiCommand command) =>
        command.TaskAttribute == TaskAttribute.Simple || IsImplicitHeadOfQueue(command);

    private bool EnterSlowly(ScsiCommand command)
    {
        bool hasTurn;
        List<AbortOperation>? turnLost = null;
        lock (_lock)
        {
            // Back out of the mark: if somebody counted this command meanwhile, uncount it.
            long before = command.ChangePhase(CommandWord.Dormant, clear: CommandWord.Counted);
            if ((before & CommandWord.Counted) != 0)
                _counted--;
            if ((before & CommandWord.Watched) != 0)
                turnLost = _logicalUnit.Engine.Aborts.TurnLost(command);
            // An abort that came before this change found no queue to take the command from.
            // Nor had one whose nexus went meanwhile, which let it go on as one that has its turn.
            if ((before & CommandWord.Aborted) != 0 || command.TryAbortAsLeftBehind())
            {
                command.ChangePhase(CommandWord.Enabled);
                hasTurn = true;
            }
            else
            {
                if (!IsUnordered(command))
                    CloseFor(ClosedForOrder);
                hasTurn = TryGrantAtOnce(command);
                if (!hasTurn)
                    Enqueue(command);
            }
            Promote();
        }
        turnLost?.ForEach(operation => _logicalUnit.Engine.Pipeline.Run(operation.Finish));
        Drain();
        return hasTurn;
    }

    private bool TryGrantAtOnce(ScsiCommand command)
    {
        bool nobodyWaits = _dormant.IsEmpty || command.TaskAttribute == TaskAttribute.HeadOfQueue || IsImplicitHeadOfQueue(command);
        if (!nobodyWaits || !MayRun(command))
            return false;
        Grant(command);
        return true;
    }

    private void Enqueue(ScsiCommand command)
    {
        if (command.TaskAttribute == TaskAttribute.HeadOfQueue)
            _dormant.AddFirst(command);
        else
            _dormant.AddLast(command);
    }

    /// <summary>Whether a command at the head of the queue may run now.</summary>
    private bool MayRun(ScsiCommand command)
    {
        if (_holds > 0 || command.Nexus!.IsClosed)
            return false;
        if (IsImplicitHeadOfQueue(command))
            return true;
        return command.TaskAttribute switch
        {
            TaskAttribute.HeadOfQueue => true,
            TaskAttribute.Ordered => _counted == 0,
            _ => _headOfQueueInside == 0 && _orderedInside == 0,
        };
    }

    /// <summary>Gives a command its turn. While the gate is closed it is counted from the start.</summary>
    private void Grant(ScsiCommand command)
    {
        if (_closed == 0 || IsImplicitHeadOfQueue(command))
        {
            command.ChangePhase(CommandWord.Enabled);
            return;
        }
        _counted++;
        bool holdsBack = !IsUnordered(command);
        command.ChangePhase(CommandWord.Enabled, set: CommandWord.Counted | (holdsBack ? CommandWord.HoldsOthersBack : 0));
        if (!holdsBack)
            return;
        if (command.TaskAttribute == TaskAttribute.HeadOfQueue)
            _headOfQueueInside++;
        else
            _orderedInside++;
    }

    private void Uncount(ScsiCommand command)
    {
        _counted--;
        // An ORDERED command that was aborted before its turn is counted like any other, but never held anybody back.
        if ((command.WordAtEnd & CommandWord.HoldsOthersBack) == 0)
            return;
        if (command.TaskAttribute == TaskAttribute.HeadOfQueue)
            _headOfQueueInside--;
        else
            _orderedInside--;
    }

    private void CloseFor(int reason)
    {
        if ((_closed & reason) != 0)
            return;
        // A full fence: whoever marked itself before is seen by the count, whoever marks itself later sees the gate.
        Interlocked.Exchange(ref _closed, _closed | reason);
        foreach (LunNexus nexus in _logicalUnit.Nexuses)
        {
            foreach (ScsiCommand command in nexus.Session.Commands)
            {
                if (command.Nexus == nexus && !IsImplicitHeadOfQueue(command) && command.TryCount(nexus))
                    _counted++;
            }
        }
    }

    /// <summary>
    /// Whether the nexus is paused, or was when an older command of it was looked at in this round: one that is resumed in the
    /// middle of it must not have its younger commands overtake its older ones.
    /// </summary>
    private bool IsPassedOver(LunNexus nexus)
    {
        if (nexus.IsPaused)
            nexus.PassedOverInRound = _round;
        return nexus.PassedOverInRound == _round;
    }

    private void Promote()
    {
        bool olderWaits = false;
        _round++;
        ScsiCommand? command = _dormant.First;
        while (command is not null)
        {
            ScsiCommand? following = command.Next;
            bool ordered = command.TaskAttribute == TaskAttribute.Ordered;
            if (IsPassedOver(command.Nexus!))
            {
                // The commands of a nexus that is paused have not arrived yet, as far as its neighbours are concerned.
            }
            else if (MayRun(command) && !(ordered && olderWaits))
            {
                _dormant.Remove(command);
                Grant(command);
                _runnable.AddLast(command);
            }
            else if (!command.Nexus!.IsClosed || ordered)
            {
                break;
            }
            else
            {
                // A nexus that is held keeps its own commands back, and an ORDERED one that is younger, but not the
                // SIMPLE commands of its neighbours.
                olderWaits = true;
            }
            command = following;
        }
        if (_headOfQueueInside == 0 && _orderedInside == 0 && _dormant.IsEmpty)
            Volatile.Write(ref _closed, _closed & ~ClosedForOrder);
    }
}
