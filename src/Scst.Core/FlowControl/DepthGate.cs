using System;
using System.Collections.Generic;
using System.Threading;

namespace Scst;

/// <summary>
/// Bounds how many commands are inside a logical unit at once and shares that depth among its initiators: while there is enough
/// everybody takes credits as needed; when there is not, credits that are not in use are taken back, those that a command leaves
/// go to whoever waits and has had least for its weight (weighted round robin), and a flood from one starves nobody.
/// </summary>
/// <typeparam name="T">The commands.</typeparam>
/// <remarks>
/// <para>Until commands wait, a lock is taken only when a share needs more credits than it ever needed before. While they wait, every
/// command that leaves takes it: <see cref="IsPressed"/> says so. Who makes a command wait sets that first and then looks for
/// credits; who leaves gives up the place first and then looks at that; so one of the two sees the other.</para>
/// <para>Credits that are taken back may be used once more by a submitter who does it at the same moment: by so much, one command per
/// initiator, the depth may be exceeded for a moment.</para>
/// </remarks>
internal sealed class DepthGate<T>
    where T : class
{
    private const int Batch = 4;

    private readonly object _lock = new();
    private readonly List<DepthShare<T>> _shares = [];
    private readonly ShareHeap<T> _hungry = new();
    private readonly Queue<T> _entered = new();
    private readonly int _queueLength;
    private int _depth;
    private int _credits;
    private int _waiting;
    private int _isPressed;
    private double _served;

    /// <summary>Makes an open gate.</summary>
    /// <param name="depth">How many may be inside, at least 1.</param>
    /// <param name="queueLength">How many commands of one share may wait, at least 1.</param>
    internal DepthGate(int depth, int queueLength)
    {
        _depth = depth;
        _queueLength = queueLength;
    }

    /// <summary>Whether commands that leave must say so with <see cref="Leave"/>.</summary>
    internal bool IsPressed => Volatile.Read(ref _isPressed) != 0;

    /// <summary>Commands that wait.</summary>
    internal int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Commands that are inside. Exact only while nobody enters or leaves.</summary>
    internal int Occupancy
    {
        get
        {
            int occupancy = 0;
            lock (_lock)
            {
                foreach (DepthShare<T> share in _shares)
                    occupancy += share.Occupancy;
            }
            return occupancy;
        }
    }

    /// <summary>Shares that have credits or wait; a snapshot.</summary>
    internal DepthShare<T>[] Shares
    {
        get
        {
            lock (_lock)
                return [.. _shares];
        }
    }

    /// <summary>A command for which <see cref="DepthShare{T}.TryEnter"/> was false.</summary>
    /// <param name="share">Its initiator's share.</param>
    /// <param name="command">The command.</param>
    /// <param name="now">The time, for <see cref="Expire"/>.</param>
    internal GateResult Enter(DepthShare<T> share, T command, long now)
    {
        lock (_lock)
        {
            if (share.TryEnter() || (!share.HasWaiters && TryGrant(share)))
                return GateResult.Entered;
            if (share.Waiting.Count >= _queueLength)
                return GateResult.Refused;
            share.Add(command, now);
            Volatile.Write(ref _waiting, _waiting + 1);
            List(share);
            // Who comes now has no more right to the next credit than those who wait, unless it was sent away before it had its turn.
            share.Served = Math.Max(share.Served, share.IsOwed ? _served - _queueLength : _served);
            share.IsOwed = false;
            _hungry.Add(share);
            return GateResult.Waits;
        }
    }

    /// <summary>A command has retired from its share while the gate was pressed: its credit may go to another.</summary>
    internal void Leave(DepthShare<T> share)
    {
        lock (_lock)
        {
            TakeBack(share, 1);
            Distribute();
        }
    }

    /// <summary>A command that had retired from its share is inside again, whether there is room for it or not.</summary>
    internal void Return(DepthShare<T> share)
    {
        lock (_lock)
        {
            share.Return();
            if (share.Occupancy > share.Credits)
                Give(share, share.Occupancy - share.Credits);
            if (_credits > _depth)
                Press();
        }
    }

    /// <summary>Commands that have waited and are inside now, one after the other, in the order in which they entered.</summary>
    internal bool TryTakeEntered(out T? command)
    {
        command = null;
        lock (_lock)
        {
            if (_entered.Count == 0)
                return false;
            command = _entered.Dequeue();
            return true;
        }
    }

    /// <summary>Changes the depth. What is inside stays; what leaves pays for it.</summary>
    internal void SetDepth(int depth)
    {
        lock (_lock)
        {
            _depth = depth;
            if (_credits > _depth)
                Press();
            Distribute();
        }
    }

    /// <summary>A command that waits will do so no more, as it was aborted.</summary>
    /// <returns>False if it does not wait.</returns>
    internal bool TryWithdraw(DepthShare<T> share, T command)
    {
        lock (_lock)
        {
            int index = share.Waiting.FindIndex(waiting => waiting.Command == command);
            if (index < 0)
                return false;
            Remove(share, index, enters: false);
            Distribute();
            return true;
        }
    }

    /// <summary>Takes out the commands that have waited too long.</summary>
    /// <param name="before">Those that wait since this time or longer.</param>
    /// <param name="expired">Where to put them.</param>
    internal void Expire(long before, List<T> expired)
    {
        lock (_lock)
        {
            if (_waiting == 0)
                return;
            for (int i = _shares.Count - 1; i >= 0; i--)
            {
                DepthShare<T> share = _shares[i];
                while (share.Waiting.Count > 0 && share.Waiting[0].Since <= before)
                {
                    share.IsOwed = true;
                    expired.Add(Remove(share, 0, enters: false));
                }
            }
            Distribute();
        }
    }

    /// <summary>From time to time: shares that have nothing inside give all their credits back.</summary>
    internal void Tidy()
    {
        lock (_lock)
        {
            for (int i = _shares.Count - 1; i >= 0; i--)
            {
                DepthShare<T> share = _shares[i];
                if (share.Occupancy == 0)
                    TakeBack(share, share.Credits);
            }
            Distribute();
        }
    }

    /// <summary>The share is over; it has nothing inside and nothing waiting.</summary>
    internal void Remove(DepthShare<T> share)
    {
        lock (_lock)
        {
            TakeBack(share, share.Credits);
            Distribute();
        }
    }

    /// <summary>Gives a share that needs one a credit, and some in advance, if there are any that nobody else waits for.</summary>
    private bool TryGrant(DepthShare<T> share)
    {
        if (_waiting > 0)
            return false;
        if (_credits >= _depth)
            Press();
        int batch = Math.Min(_depth - _credits, Batch);
        if (batch > 0)
        {
            Give(share, batch);
            Relax();
        }
        return share.TryEnter();
    }

    /// <summary>From here on those who leave come by, and what is not in use goes back.</summary>
    private void Press()
    {
        if (_isPressed != 0)
            return;
        Interlocked.Exchange(ref _isPressed, 1);
        for (int i = _shares.Count - 1; i >= 0; i--)
            TakeBack(_shares[i], int.MaxValue);
    }

    private void Relax()
    {
        if (_waiting == 0 && _credits <= _depth)
            Volatile.Write(ref _isPressed, 0);
    }

    /// <summary>Gives free credits to those who wait.</summary>
    private void Distribute()
    {
        while (_credits < _depth && _hungry.TryTake(out DepthShare<T>? share))
        {
            if (share!.Waiting.Count == 0)
                continue;
            _served = Math.Max(_served, share.Served);
            share.Served += 1.0 / share.Weight;
            // One that was in use when its like were taken back is as good as a new one.
            if (share.Occupancy >= share.Credits)
                Give(share, 1);
            _entered.Enqueue(Remove(share, 0, enters: true));
            if (share.Waiting.Count > 0)
                _hungry.Add(share);
        }
        Relax();
    }

    private T Remove(DepthShare<T> share, int index, bool enters)
    {
        Volatile.Write(ref _waiting, _waiting - 1);
        T command = share.RemoveAt(index, enters);
        Unlist(share);
        return command;
    }

    private void Give(DepthShare<T> share, int credits)
    {
        share.Credits += credits;
        _credits += credits;
        List(share);
    }

    /// <summary>Takes credits that are not in use, at most so many.</summary>
    private void TakeBack(DepthShare<T> share, int most)
    {
        int taken = Math.Max(0, Math.Min(most, share.Credits - share.Occupancy));
        share.Credits -= taken;
        _credits -= taken;
        Unlist(share);
    }

    private void List(DepthShare<T> share)
    {
        if (share.Slot >= 0)
            return;
        share.Slot = _shares.Count;
        _shares.Add(share);
    }

    private void Unlist(DepthShare<T> share)
    {
        if (share.Slot < 0 || share.Credits > 0 || share.Waiting.Count > 0 || share.Occupancy > 0)
            return;
        DepthShare<T> last = _shares[_shares.Count - 1];
        _shares[share.Slot] = last;
        last.Slot = share.Slot;
        _shares.RemoveAt(_shares.Count - 1);
        share.Slot = -1;
    }
}
