using System.Threading;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;

namespace Scst.Iscsi.Receiving;

/// <summary>
/// Asks an initiator that is silent whether it is there (RFC 7143 11.19), and ends the connection if it stays so. The clock
/// is not read: a timer looks whether anything has come since it last looked.
/// </summary>
internal sealed class NopKeeper
{
    private readonly IscsiSession _session;
    private ITimer? _timer;
    private int _received;
    private int _seen;
    private uint _transferTag;
    private bool _asked;

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
        if (received != _seen)
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

    private void Ask()
    {
        if (++_transferTag == BasicHeader.ReservedTag)
            _transferTag = 1;
        var pdu = new ControlPdu { TakesStatSN = false };
        NopInPdu.Write(pdu.Header, lun: 0, BasicHeader.ReservedTag, _transferTag, default);
        _session.Send(pdu);
    }
}
