using Scst.Iscsi.Tasks;

namespace Scst.Iscsi.Sending;

/// <summary>
/// What waits to be sent, and who sees to it: the sender that is at work, the receive side at the end of its burst, or
/// whoever queues something while neither is active. Guarded by the lock of the <see cref="Ledger"/>.
/// </summary>
internal sealed class OutgoingQueue
{
    private OutgoingItem? _head;
    private OutgoingItem? _tail;

    // Written outside the lock at the beginning of a burst: who misses it wakes the sender, which is never wrong.
    private volatile bool _inBurst;

    // Until the sender has started nobody can wake it.
    private bool _isSending = true;
    private volatile bool _isClosed;

    public bool IsClosed => _isClosed;

    /// <summary>Nothing waits and nothing is being sent.</summary>
    public bool IsAtRest => _head is null && !_isSending;

    public void BeginBurst() => _inBurst = true;

    /// <returns>Whether the caller must run the sender.</returns>
    public bool EndBurst()
    {
        _inBurst = false;
        return ClaimSender();
    }

    public QueueResult Link(OutgoingItem item)
    {
        item.Next = null;
        if (_tail is null)
            _head = item;
        else
            _tail.Next = item;
        _tail = item;
        return !_inBurst && ClaimSender() ? QueueResult.WakeSender : QueueResult.Queued;
    }

    /// <summary>For the sender: all that waits.</summary>
    public OutgoingItem? Take()
    {
        var head = _head;
        _head = null;
        _tail = null;
        return head;
    }

    /// <summary>For the sender, which has found nothing: rests until it is woken.</summary>
    /// <returns>False if it never will be.</returns>
    public bool TryRest()
    {
        if (_isClosed)
            return false;
        _isSending = false;
        return true;
    }

    /// <param name="rest">What still waited.</param>
    /// <returns>Whether the sender rests and must be run once more, to see that it is over.</returns>
    public bool Close(out OutgoingItem? rest)
    {
        rest = Take();
        _isClosed = true;
        var rests = !_isSending;
        _isSending = true;
        return rests;
    }

    private bool ClaimSender()
    {
        if (_isSending || _head is null || _isClosed)
            return false;
        _isSending = true;
        return true;
    }
}
