using System.Collections.Generic;
using System.Threading;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// The unit attention conditions of one I_T_L nexus (SAM-6, unit attention conditions): bounded, without duplicates,
/// and with the reset conditions superseding what they make pointless. A full queue collapses into one condition that
/// makes the initiator relearn everything.
/// </summary>
internal sealed class UnitAttentionQueue
{
    /// <summary>More than the kinds of change that can pile up between two commands; the rest collapses.</summary>
    internal const int Capacity = 16;

    private readonly object _lock = new();
    private readonly List<AdditionalSense> _queue = new(1);
    private int _count;

    /// <summary>Whether a condition is pending; read without the lock on every command.</summary>
    internal bool IsPending => Volatile.Read(ref _count) != 0;

    internal AdditionalSense[] Snapshot()
    {
        lock (_lock)
            return _queue.ToArray();
    }

    internal void Establish(AdditionalSense condition)
    {
        lock (_lock)
        {
            int rank = RankOf(condition);
            if (rank > 0)
            {
                // A reset condition makes the initiator relearn everything, so older conditions are cleared; but one
                // that is already pending with a higher precedence stands for this one too.
                if (_queue.Count > 0 && RankOf(_queue[0]) >= rank)
                    return;
                _queue.Clear();
                _queue.Add(condition);
            }
            else if (!_queue.Contains(condition))
            {
                if (_queue.Count == Capacity)
                {
                    _queue.Clear();
                    condition = AdditionalSense.PowerOnResetOrBusDeviceResetOccurred;
                }
                _queue.Add(condition);
            }
            Volatile.Write(ref _count, _queue.Count);
        }
    }

    /// <summary>Takes the condition to report next; reporting clears it.</summary>
    internal bool TryTake(out AdditionalSense condition)
    {
        lock (_lock)
        {
            if (_queue.Count == 0)
            {
                condition = default;
                return false;
            }
            condition = _queue[0];
            _queue.RemoveAt(0);
            Volatile.Write(ref _count, _queue.Count);
            return true;
        }
    }

    /// <summary>Takes the condition to report next if it is one of a reset or a nexus loss; those are always first.</summary>
    internal bool TryTakeReset(out AdditionalSense condition)
    {
        lock (_lock)
        {
            if (_queue.Count > 0 && RankOf(_queue[0]) > 0)
                return TryTake(out condition);
            condition = default;
            return false;
        }
    }

    /// <summary>Precedence of the conditions that a reset establishes (SAM-6, unit attention condition precedence); 0 for all others.</summary>
    private static int RankOf(AdditionalSense condition)
    {
        if (condition == AdditionalSense.PowerOnResetOrBusDeviceResetOccurred || condition == AdditionalSense.PowerOnOccurred)
            return 4;
        if (condition == AdditionalSense.ScsiBusResetOccurred)
            return 3;
        if (condition == AdditionalSense.BusDeviceResetFunctionOccurred)
            return 2;
        return condition == AdditionalSense.ITNexusLossOccurred ? 1 : 0;
    }
}
