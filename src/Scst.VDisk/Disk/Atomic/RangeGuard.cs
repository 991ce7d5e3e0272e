using System;
using System.Threading;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>
/// Keeps blocks of a disk to one command while it does what must not be seen half done (SBC-5: COMPARE AND WRITE, ORWRITE, atomic
/// writes). All other commands share: they may overlap one another as they like.
/// </summary>
/// <remarks>
/// <para><b>Sharing is free while nobody is exclusive.</b> A command that shares marks itself in a place of its own and then looks
/// whether any blocks are closed; it leaves the same way: no lock, no count that others write, no interlocked instruction. Whoever
/// needs blocks for itself closes them, has a fence on every processor (that is rare, so it pays for the fence of both), and then
/// looks for marks. Whoever looked before the fence and found nothing closed is found by its mark; whoever looks later finds the
/// blocks closed, backs out and waits.</para>
/// <para><b>First come, first served.</b> While anything is closed, those who wait and those they wait for are in one list, in the
/// order of their coming; each waits for the older ones that it conflicts with, and for no other. So nobody starves, and nobody
/// waits for a command that holds other blocks.</para>
/// <para>Those who waited go on in the thread pool, so that a chain of them uses constant stack.</para>
/// </remarks>
internal class RangeGuard
{
    private readonly Lock _lock = new();
    private readonly Action<ScsiCommand> _resume;
    private RangeHold? _first;
    private RangeHold? _last;
    private int _exclusive;

    /// <summary>Makes a guard of which no block is held.</summary>
    /// <param name="resume">Goes on with a command that has waited.</param>
    internal RangeGuard(Action<ScsiCommand> resume) => _resume = resume;

    /// <summary>Whose commands they are; set before the first one.</summary>
    internal LogicalUnit? LogicalUnit { get; set; }

    private bool IsClosed => Volatile.Read(ref _exclusive) != 0;

    /// <summary>Holds blocks together with all others that share them.</summary>
    /// <param name="hold">The command's.</param>
    /// <param name="first">First block.</param>
    /// <param name="count">Blocks, at least one.</param>
    /// <param name="waits">Whether the command waits if it cannot have them now.</param>
    /// <returns>
    /// Whether the command has its blocks. If not, and it waits, it is not the caller's any more: it is resumed, or was completed because
    /// it is aborted.
    /// </returns>
    internal bool TryShare(RangeHold hold, ulong first, ulong count, bool waits)
    {
        hold.First = first;
        hold.End = first + count;
        // The guard last: whoever finds itself there finds the blocks too, also by a mark of another use.
        hold.Guard = this;
        hold.IsInside = true;
        return MayPass() || TryShareClosed(hold, waits);
    }

    /// <summary>Closes blocks and holds them alone.</summary>
    /// <param name="hold">The command's.</param>
    /// <param name="first">First block.</param>
    /// <param name="count">Blocks, at least one.</param>
    /// <returns>
    /// Whether the command has its blocks. If not, it is not the caller's any more: it is resumed, or was completed because it is
    /// aborted.
    /// </returns>
    internal bool TryTake(RangeHold hold, ulong first, ulong count)
    {
        lock (_lock)
        {
            hold.First = first;
            hold.End = first + count;
            hold.Guard = this;
            hold.IsExclusive = true;
            Append(hold);
            hold.State = RangeHoldState.Arriving;
            Volatile.Write(ref _exclusive, _exclusive + 1);
        }
        Interlocked.MemoryBarrierProcessWide();
        lock (_lock)
        {
            LogicalUnit!.VisitExecuting(hold, static (arriving, command) => arriving.Guard!.Find(arriving, command));
            hold.State = hold.Awaited == 0 ? RangeHoldState.Running : RangeHoldState.Waiting;
            if (hold.State == RangeHoldState.Running)
                return true;
        }
        // From here on it may be resumed by others. An abort that came before found nobody waiting.
        if (hold.Command.IsAborted)
            Withdraw(hold);
        return false;
    }

    /// <summary>Lets the blocks go; those who waited for that go on.</summary>
    internal void Leave(RangeHold hold)
    {
        hold.IsInside = false;
        // In this order: if what closed the blocks is gone by now, what it made of this hold is seen.
        if (IsClosed || hold.State != RangeHoldState.Unlisted)
        {
            lock (_lock)
            {
                if (hold.State != RangeHoldState.Unlisted)
                    Remove(hold);
            }
        }
        hold.Guard = null;
    }

    /// <summary>The command was aborted: if it waits for blocks, it ends.</summary>
    internal void Withdraw(RangeHold hold)
    {
        lock (_lock)
        {
            if (hold.Guard != this || hold.State != RangeHoldState.Waiting || !hold.Command.IsAborted)
                return;
            Remove(hold);
            hold.Guard = null;
        }
        // Not GOOD: data-in that is to be lent is not there.
        hold.Command.Complete(ScsiStatus.Busy);
    }

    /// <summary>Goes on with a command that has waited.</summary>
    internal void Resume(ScsiCommand command) => _resume(command);

    /// <summary>The look after the mark. The tests replace it by one that does not look, and must notice.</summary>
    protected virtual bool MayPass() => !IsClosed;

    private bool TryShareClosed(RangeHold hold, bool waits)
    {
        lock (_lock)
        {
            if (!ConflictsWithAny(hold))
                return true;
            // Back out of the mark; somebody may have found it meanwhile, and waits.
            hold.IsInside = false;
            if (hold.State != RangeHoldState.Unlisted)
                Remove(hold);
            if (!waits)
            {
                hold.Guard = null;
                return false;
            }
            Append(hold);
            hold.State = RangeHoldState.Waiting;
        }
        if (hold.Command.IsAborted)
            Withdraw(hold);
        return false;
    }

    private bool ConflictsWithAny(RangeHold hold)
    {
        for (RangeHold? other = _first; other is not null; other = other.Next)
        {
            if (other != hold && other.ConflictsWith(hold))
                return true;
        }
        return false;
    }

    /// <summary>If a command shares blocks that are being closed, it is waited for.</summary>
    private void Find(RangeHold arriving, ScsiCommand command)
    {
        if ((command.HandlerState as DiskOperation)?.Hold is not { IsInside: true } hold || hold.Guard != this)
            return;
        if (hold.State != RangeHoldState.Unlisted || !hold.ConflictsWith(arriving))
            return;
        // It has had its blocks before anybody in the list, or is about to find them closed and to back out.
        hold.Next = _first;
        _first!.Previous = hold;
        _first = hold;
        hold.State = RangeHoldState.Running;
        for (RangeHold? other = hold.Next; other is not null; other = other.Next)
        {
            if (other.State != RangeHoldState.Running && other.ConflictsWith(hold))
                other.Awaited++;
        }
    }

    /// <summary>The hold comes last, and waits for all before it that it conflicts with.</summary>
    private void Append(RangeHold hold)
    {
        hold.Awaited = 0;
        for (RangeHold? other = _first; other is not null; other = other.Next)
        {
            if (other.ConflictsWith(hold))
                hold.Awaited++;
        }
        hold.Previous = _last;
        if (_last is null)
            _first = hold;
        else
            _last.Next = hold;
        _last = hold;
    }

    private void Remove(RangeHold hold)
    {
        for (RangeHold? other = hold.Next; other is not null; other = other.Next)
        {
            if (other.State != RangeHoldState.Running && other.ConflictsWith(hold) && --other.Awaited == 0)
                Grant(other);
        }
        if (hold.Previous is { } previous)
            previous.Next = hold.Next;
        else
            _first = hold.Next;
        if (hold.Next is { } next)
            next.Previous = hold.Previous;
        else
            _last = hold.Previous;
        hold.Previous = null;
        hold.Next = null;
        hold.State = RangeHoldState.Unlisted;
        if (!hold.IsExclusive)
            return;
        hold.IsExclusive = false;
        Volatile.Write(ref _exclusive, _exclusive - 1);
    }

    /// <summary>Nobody is awaited any more. Who is still arriving has yet to look whether that is so.</summary>
    private static void Grant(RangeHold hold)
    {
        if (hold.State != RangeHoldState.Waiting)
            return;
        hold.State = RangeHoldState.Running;
        hold.IsInside = !hold.IsExclusive;
        ThreadPool.UnsafeQueueUserWorkItem(hold, preferLocal: false);
    }
}
