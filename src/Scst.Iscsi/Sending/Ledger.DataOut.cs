using System;
using System.Collections.Generic;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tasks;

namespace Scst.Iscsi.Sending;

/// <content>The data that the initiator owes: R2Ts, the sequences they ask for, and responses that wait for the last one.</content>
internal sealed partial class Ledger
{
    private uint _transferSerial;

    /// <summary>Queues the R2Ts that may be sent for a transfer now.</summary>
    public void Solicit(Solicitation solicitation, uint received, uint total)
    {
        QueueResult result;
        lock (_gate)
        {
            if (_queue.IsClosed)
                return;
            if (!solicitation.IsStarted)
                solicitation.Start(NextTransferTagBase(), received, total, _parameters);
            if (solicitation.IsQueued || !solicitation.HasMore)
                return;
            solicitation.IsQueued = true;
            result = _queue.Link(solicitation);
        }

        if (result == QueueResult.WakeSender)
            solicitation.Task.Session.Sender.Schedule();
    }

    /// <summary>For the sender: the next R2T of a transfer.</summary>
    public bool TryNextReadyToTransfer(Solicitation solicitation, out ReadyToTransferSlice slice, out uint targetTransferTag)
    {
        lock (_gate)
        {
            if (solicitation.TryNext(out slice, out targetTransferTag))
            {
                // Only from now on does the initiator owe the data.
                var task = solicitation.Task;
                task.DataOut!.WaitTick = task.Session.Watch.Tick;
                return true;
            }

            solicitation.IsQueued = false;
            return false;
        }
    }

    public void StopSoliciting(Solicitation solicitation)
    {
        lock (_gate)
            solicitation.Stop();
    }

    public bool HasOpenSequences(Solicitation solicitation)
    {
        lock (_gate)
            return solicitation.OpenSequences > 0;
    }

    public bool TryGetHead(Solicitation solicitation, uint targetTransferTag, out DataOutSequence sequence)
    {
        lock (_gate)
            return solicitation.TryGetHead(targetTransferTag, out sequence);
    }

    /// <summary>A sequence has ended; a response that waited for it is queued. Called by the receive side in its burst.</summary>
    public void SequenceEnded(IscsiTask task, bool solicited)
    {
        QueueResult result;
        lock (_gate)
        {
            var solicitation = task.DataOut!.Solicitation;
            solicitation.SequenceEnded(solicited);
            if (!solicitation.HoldsResponse || solicitation.OpenSequences > 0 || _queue.IsClosed)
                return;
            solicitation.HoldsResponse = false;
            result = _queue.Link(task);
        }

        if (result == QueueResult.WakeSender)
            task.Session.Sender.Schedule();
    }

    /// <summary>Takes the responses that wait for data; such data will be dropped.</summary>
    /// <param name="isMeant">Which tasks.</param>
    /// <param name="alsoLater">Whether those of them that have not ended must not wait for data either when they do.</param>
    public List<IscsiTask> TakeHeldResponses(Func<IscsiTask, bool> isMeant, bool alsoLater)
    {
        var held = new List<IscsiTask>();
        lock (_gate)
        {
            var tasks = new IscsiTask[_tasks.Count];
            var count = _tasks.CopyTo(ref tasks);
            foreach (var task in tasks.AsSpan(0, count))
            {
                if (task.DataOut is not { Solicitation: var solicitation } || !isMeant(task))
                    continue;
                solicitation.IsGivenUp |= alsoLater;
                if (!solicitation.HoldsResponse)
                    continue;
                solicitation.HoldsResponse = false;
                Drop(task);
                held.Add(task);
            }
        }

        return held;
    }

    /// <summary>Whether any task's initiator owes it data.</summary>
    /// <param name="tick">The present tick.</param>
    /// <param name="limit">So many ticks without progress are too many.</param>
    /// <param name="overdue">Whether one has waited too long.</param>
    /// <param name="scratch">Memory to work in.</param>
    public bool AwaitsData(int tick, int limit, out bool overdue, ref IscsiTask[] scratch)
    {
        overdue = false;
        lock (_gate)
        {
            var awaits = false;
            var count = _tasks.CopyTo(ref scratch);
            for (var i = 0; i < count; i++)
            {
                if (scratch[i].DataOut is not { } dataOut)
                    continue;
                var owes = dataOut.Solicitation.OpenSequences > 0;
                awaits |= owes || dataOut.Solicitation.IsQueued;
                overdue |= owes && unchecked(tick - dataOut.WaitTick) >= limit;
            }

            Array.Clear(scratch, 0, count);
            return awaits;
        }
    }

    private uint NextTransferTagBase()
    {
        // 24 bits; all ones would make 0xffffffff possible, which is no tag.
        if (++_transferSerial >= 0x00ff_ffff)
            _transferSerial = 1;
        return _transferSerial << 8;
    }

    private void Drop(IscsiTask task)
    {
        task.IsResponseDropped = true;
        Leave(task);
        _forgotten.Add(task.InitiatorTaskTag);
    }

    private void AddHeldResponses(List<IscsiTask> held)
    {
        var tasks = new IscsiTask[_tasks.Count];
        var count = _tasks.CopyTo(ref tasks);
        foreach (var task in tasks.AsSpan(0, count))
        {
            if (task.DataOut is { Solicitation.HoldsResponse: true })
                held.Add(task);
        }
    }
}
