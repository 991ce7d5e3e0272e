using System.Threading;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;

namespace Scst.Iscsi.Receiving;

/// <summary>
/// Asks an initiator that is silent whether it is there (RFC 7143 11.19), and ends the connection if it stays so, or if it
/// takes nothing of what it is sent, whatever it says meanwhile. One that takes something has better to do than to answer.
/// The clock is not read: a timer looks whether anything has come, or gone, since it last looked.
/// </summary>
internal sealed class NopKeeper
{
    // The first may have begun just before it was seen.
    private const int MostStalls = 2;

    private readonly IscsiSession _session;
    private ITimer? _timer;
    private int _received;
    private int _seen;
    private uint _transferTag;
    private bool _asked;
    private long _sent;
    private int _stalls;

    public NopKeeper(IscsiSession session) => _session = session;

    public void Start()
    {
        var node = _session.Node;
        _timer = node.Time.CreateTimer(
            static state => ((NopKeeper)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(node.Options.NopInInterval, Timeout.InfiniteTimeSpan);
    }

    public void Stop() => _timer?.Dispose();

    /// <summary>Something has come. Only the receive side calls it.</summary>
    public void Received() => Volatile.Write(ref _received, unchecked(_received + 1));

    private void Look()
    {
        var options = _session.Node.Options;
        var received = Volatile.Read(ref _received);
        var isTaking = LookAtSender();
        if (_stalls > MostStalls)
        {
            _session.Connection.End(ConnectionEndReason.SendBacklog);
        }
        else if (received != _seen || isTaking)
        {
            _seen = received;
            _asked = false;
            _timer!.Change(options.NopInInterval, Timeout.InfiniteTimeSpan);
        }
        else if (!_asked)
        {
            _asked = true;
            Ask();
            _timer!.Change(options.NopInTimeout, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _session.Connection.End(ConnectionEndReason.NopTimeout);
        }
    }

    /// <summary>Looks how the sender gets on.</summary>
    /// <returns>
    /// Whether the initiator takes what it is sent. What is sent without a wait only went to the network's buffers, and says
    /// nothing.
    /// </returns>
    private bool LookAtSender()
    {
        var isSending = _session.Ledger.IsSending;
        var sent = _session.Connection.Counters.BytesOut;
        var hasMoved = sent != _sent;
        _sent = sent;
        _stalls = isSending && !hasMoved ? _stalls + 1 : 0;
        return isSending && hasMoved;
    }

    private void Ask()
    {
        if (++_transferTag == BasicHeader.ReservedTag)
            _transferTag = 1;
        var pdu = new ControlPdu { TakesStatSN = false };
        NopInPdu.Write(pdu.Header, lun: 0, BasicHeader.ReservedTag, _transferTag, default);
        _session.Send(pdu);
    }
}
