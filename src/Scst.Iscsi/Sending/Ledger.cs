using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tasks;

namespace Scst.Iscsi.Sending;

/// <summary>
/// What the receive side, the sender and the core's threads share of one session: the command numbers, the tasks by tag,
/// and what waits to be sent. All under one lock, which is held for a few dozen nanoseconds and never while anybody else is
/// called.
/// </summary>
internal sealed partial class Ledger
{
    // An honest initiator has a handful of these under way.
    private const int MostUnsolicited = 1024;

    private readonly Lock _gate = new();
    private readonly NegotiatedParameters _parameters;
    private readonly RequestPlaces _places;
    private readonly TaskTable _tasks = new();
    private readonly ForgottenTags _forgotten;
    private readonly OutgoingQueue _queue = new();
    private int _queuedControls;
    private bool _hasNews;
    private TaskCompletionSource? _idle;

    public Ledger(NegotiatedParameters parameters, SerialNumber32 initialCmdSN, int depth)
    {
        _parameters = parameters;
        _places = new RequestPlaces(initialCmdSN, depth);
        _forgotten = new ForgottenTags(_places.Count);
    }

    public SerialNumber32 ExpCmdSN
    {
        get
        {
            lock (_gate)
                return _places.ExpCmdSN;
        }
    }

    /// <summary>So much is queued that nobody takes that the connection must end.</summary>
    public bool IsOverloaded => Volatile.Read(ref _queuedControls) > MostUnsolicited;

    public bool IsClosed => _queue.IsClosed;

    /// <summary>Whether something is under way: an unanswered command, or something that is being sent or waits for it.</summary>
    public bool IsBusy(out bool isSending)
    {
        lock (_gate)
        {
            isSending = !_queue.IsAtRest;
            return isSending || _tasks.Count > 0;
        }
    }

    /// <summary>A receive burst begins: nobody else need wake the sender until it ends.</summary>
    public void BeginBurst() => _queue.BeginBurst();

    /// <summary>The burst is over.</summary>
    /// <returns>Whether the caller must now run the sender.</returns>
    public bool EndBurst()
    {
        lock (_gate)
            return _queue.EndBurst();
    }

    /// <summary>Where a request lies that is no SCSI command; if it is to be delivered it takes its number and place.</summary>
    public Admission Admit(SerialNumber32 cmdSN, bool immediate)
    {
        lock (_gate)
        {
            var admission = _places.Classify(cmdSN, immediate);
            if (admission == Admission.Deliver)
                _places.Take(immediate);
            return admission;
        }
    }

    /// <summary>The same for a SCSI command, whose tag must be free.</summary>
    public Admission Admit(IscsiTask task, SerialNumber32 cmdSN)
    {
        lock (_gate)
        {
            var admission = _places.Classify(cmdSN, !task.IsNumbered);
            if (admission != Admission.Deliver)
                return admission;
            if (!TryAdd(task))
                return Admission.TagInUse;
            _places.Take(!task.IsNumbered);
            return Admission.Deliver;
        }
    }

    /// <summary>
    /// The number of a command that will never come is given up by its initiator (RFC 7143 11.6.1 b). The caller sees to it
    /// that the number is no longer waited for.
    /// </summary>
    /// <returns>Whether the number is one that may still be received.</returns>
    public bool IsAwaited(SerialNumber32 cmdSN)
    {
        lock (_gate)
            return _places.Classify(cmdSN, immediate: false) is Admission.Deliver or Admission.Hold;
    }

    /// <summary>The expected number is considered received without a request (RFC 7143 11.6.1 b).</summary>
    public void Skip()
    {
        lock (_gate)
            _places.Skip();
    }

    public IscsiTask? Find(uint initiatorTaskTag)
    {
        lock (_gate)
            return _tasks.Find(initiatorTaskTag);
    }

    /// <summary>Data may still come for this tag, and is to be dropped.</summary>
    public void Forget(uint initiatorTaskTag)
    {
        lock (_gate)
            _forgotten.Add(initiatorTaskTag);
    }

    public bool IsForgotten(uint initiatorTaskTag)
    {
        lock (_gate)
            return _forgotten.Contains(initiatorTaskTag);
    }

    /// <summary>Queues a PDU.</summary>
    /// <returns>What the caller must do.</returns>
    public QueueResult Enqueue(ControlPdu pdu)
    {
        lock (_gate)
        {
            if (_queue.IsClosed)
                return QueueResult.Closed;
            _queuedControls++;
            return _queue.Link(pdu);
        }
    }

    /// <summary>Queues data-in and response of a task, or keeps the response until the initiator has sent what it owes.</summary>
    public QueueResult Enqueue(IscsiTask task)
    {
        lock (_gate)
        {
            if (_queue.IsClosed)
                return QueueResult.Closed;
            if (task.DataOut is { Solicitation: var solicitation })
            {
                // An R2T that is still queued would ask for data of a command that has ended.
                solicitation.Stop();
                if (solicitation.OpenSequences > 0)
                {
                    if (solicitation.IsGivenUp)
                    {
                        Drop(task);
                        CheckIdle();
                        return QueueResult.Dropped;
                    }

                    solicitation.HoldsResponse = true;
                    return QueueResult.Queued;
                }
            }

            return _queue.Link(task);
        }
    }

    /// <summary>An aborted task of which the initiator hears nothing is gone.</summary>
    /// <returns>Whether the window was closed and its initiator should be told that it is open again.</returns>
    public bool Remove(IscsiTask task)
    {
        lock (_gate)
        {
            if (_queue.IsClosed)
                return false;
            var isNews = !_hasNews && _places.IsClosed;
            _hasNews |= isNews;
            Leave(task);
            if (task.DataOut is { } dataOut)
            {
                dataOut.Solicitation.Stop();
                _forgotten.Add(task.InitiatorTaskTag);
            }

            CheckIdle();
            return isNews;
        }
    }

    /// <summary>For the sender: takes all that is queued, or stops being the sender.</summary>
    public TakeResult Take(out OutgoingItem? head, out SerialNumber32 expCmdSN, out SerialNumber32 maxCmdSN)
    {
        lock (_gate)
        {
            head = _queue.Take();
            for (var item = head; item is not null; item = item.Next)
            {
                // The initiator may use the tag again as soon as it has the response, so it is free before that is sent.
                if (item is IscsiTask task)
                    TakeToSend(task);
                else if (item is ControlPdu pdu)
                    Leave(pdu);
            }

            _places.Open();
            expCmdSN = _places.ExpCmdSN;
            maxCmdSN = _places.MaxCmdSN;
            _hasNews = false;
            if (head is not null)
                return TakeResult.Taken;
            if (!_queue.TryRest())
                return TakeResult.Closed;
            CheckIdle();
            return TakeResult.Empty;
        }
    }

    /// <summary>Completes when no task is left and everything is sent.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            CheckIdle();
            return _idle.Task;
        }
    }

    /// <summary>Nothing can be queued any more. May be called again.</summary>
    /// <param name="undelivered">Tasks whose responses were queued or kept.</param>
    /// <param name="senderRests">Whether the sender must be woken to see that it is over.</param>
    /// <returns>The queued items that are no tasks.</returns>
    public OutgoingItem? Close(List<IscsiTask> undelivered, out bool senderRests)
    {
        lock (_gate)
        {
            senderRests = _queue.Close(out var item);
            _idle?.TrySetResult();
            OutgoingItem? controls = null;
            while (item is not null)
            {
                var next = item.Next;
                item.Next = null;
                if (item is IscsiTask task)
                {
                    undelivered.Add(task);
                }
                else if (item is ControlPdu)
                {
                    item.Next = controls;
                    controls = item;
                }

                item = next;
            }

            var first = undelivered.Count;
            AddHeldResponses(undelivered);
            foreach (var task in undelivered[first..])
                task.DataOut!.Solicitation.HoldsResponse = false;
            return controls;
        }
    }

    private void Leave(IscsiTask task)
    {
        _tasks.Remove(task);
        _places.Give(PlaceOf(task));
    }

    private static RequestPlace PlaceOf(IscsiTask task) => task.IsNumbered ? RequestPlace.Numbered : RequestPlace.Immediate;

    private void Leave(ControlPdu pdu)
    {
        _queuedControls--;
        _places.Give(pdu.Place);
    }

    private void CheckIdle()
    {
        if (_idle is not null && _tasks.Count == 0 && _queue.IsAtRest)
            _idle.TrySetResult();
    }
}
