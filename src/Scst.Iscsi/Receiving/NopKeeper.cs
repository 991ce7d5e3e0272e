using System.Threading;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Driver;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;

namespace Scst.Iscsi.Receiving;

/// <summary>
/// Asks an initiator that is silent whether it is there (RFC 7143 11.19), and ends the connection if it stays so, or if it
/// takes nothing of what it is sent, whatever it says meanwhile. One that takes something has better to do than to answer.
/// The clock is not read: <see cref="SilenceWatch"/> looks now and then whether anything has come, or gone, since it last looked.
/// </summary>
/// <remarks>
/// An answer costs both sides a wake-up, which is a lot for sessions that do nothing, so those are asked seldom if the system
/// watches the connection: whether their host is there is all that somebody else could be waiting for.
/// </remarks>
internal sealed class NopKeeper
{
    // The first may have begun just before it was seen.
    private const int MostStalls = 2;

    private readonly IscsiSession _session;
    private int _received;

    // All of the following belongs to the watch.
    private int? _seen;
    private int _silentLooks;
    private bool _asked;
    private uint _transferTag;
    private long _sent;
    private int _stalls;

    public NopKeeper(IscsiSession session) => _session = session;

    public void Start() => _session.Node.Silence.Add(this);

    public void Stop() => _session.Node.Silence.Remove(this);

    /// <summary>Something has come. Only the receive side calls it.</summary>
    public void Received() => Volatile.Write(ref _received, unchecked(_received + 1));

    /// <summary>Looks whether the initiator is there. One look follows the other.</summary>
    public void Look(in SilenceLimits limits)
    {
        var received = Volatile.Read(ref _received);
        var isBusy = _session.Ledger.IsBusy(out var isSending);
        var isTaking = LookAtSender(isSending);
        if (_stalls > MostStalls * limits.LooksPerInterval)
        {
            _session.Connection.End(ConnectionEndReason.SendBacklog);
        }
        else if (received != _seen || isTaking)
        {
            _seen = received;
            _asked = false;
            _silentLooks = 0;
        }
        else if (_asked)
        {
            if (++_silentLooks >= limits.LooksPerTimeout)
                _session.Connection.End(ConnectionEndReason.NopTimeout);
        }
        else if (++_silentLooks >= (isBusy || !_session.Connection.IsKeptAlive ? limits.LooksPerInterval : limits.LooksPerIdleInterval))
        {
            _asked = true;
            _silentLooks = 0;
            Ask();
        }
    }

    /// <summary>Looks how the sender gets on.</summary>
    /// <returns>
    /// Whether the initiator takes what it is sent. What is sent without a wait only went to the network's buffers, and says
    /// nothing.
    /// </returns>
    private bool LookAtSender(bool isSending)
    {
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
