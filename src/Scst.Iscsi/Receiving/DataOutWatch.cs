using System.Threading;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Tasks;

namespace Scst.Iscsi.Receiving;

/// <summary>
/// Ends the connection of an initiator that owes data and sends none, so that it pins no buffers. The clock is not read: time
/// is counted in ticks of a timer that runs only while data is owed.
/// </summary>
internal sealed class DataOutWatch
{
    private const int TicksPerTimeout = 2;

    // A wait begins anywhere between two ticks, so the first one counts for nothing.
    private const int Limit = TicksPerTimeout + 1;

    private readonly IscsiSession _session;
    private readonly Lock _gate = new();
    private IscsiTask[] _scratch = [];
    private ITimer? _timer;
    private bool _isArmed;
    private int _tick;
    private bool _isInPdu;
    private int _pduTick;

    public DataOutWatch(IscsiSession session) => _session = session;

    /// <summary>The present time.</summary>
    public int Tick => Volatile.Read(ref _tick);

    public void Start() => _timer = _session.Node.Time.CreateTimer(
        static state => ((DataOutWatch)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Stop() => _timer?.Dispose();

    /// <summary>Data is owed from now on.</summary>
    public void Arm()
    {
        lock (_gate)
        {
            if (_isArmed)
                return;
            _isArmed = true;
            var period = _session.Node.Options.DataOutTimeout / TicksPerTimeout;
            _timer?.Change(period, period);
        }
    }

    /// <summary>The rest of a data segment is awaited, or another piece of it has come.</summary>
    public void InPdu()
    {
        Volatile.Write(ref _pduTick, Tick);
        if (_isInPdu)
            return;
        Volatile.Write(ref _isInPdu, true);
        Arm();
    }

    public void PduComplete() => Volatile.Write(ref _isInPdu, false);

    private void Look()
    {
        bool overdue;
        lock (_gate)
        {
            var tick = unchecked(_tick + 1);
            Volatile.Write(ref _tick, tick);
            var awaits = _session.Ledger.AwaitsData(tick, Limit, out overdue, ref _scratch);
            if (Volatile.Read(ref _isInPdu))
            {
                awaits = true;
                overdue |= unchecked(tick - Volatile.Read(ref _pduTick)) >= Limit;
            }

            if (!awaits)
            {
                _isArmed = false;
                _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        if (overdue)
            _session.Connection.End(ConnectionEndReason.DataOutTimeout);
    }
}
