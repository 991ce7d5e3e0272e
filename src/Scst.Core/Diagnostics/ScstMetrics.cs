using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;

namespace Scst.Diagnostics;

/// <summary>The instruments of the meter <c>Scst</c>.</summary>
internal sealed class ScstMetrics : IDisposable
{
    internal const string MeterName = "Scst";

    private readonly Meter _meter = new(MeterName);
    private readonly UpDownCounter<long> _sessions;
    private readonly Counter<long> _sessionsEnded;

    internal ScstMetrics(ScsiEngine engine)
    {
        _sessions = _meter.CreateUpDownCounter<long>("scst.sessions.active", "{session}", "Open sessions.");
        _sessionsEnded = _meter.CreateCounter<long>("scst.sessions.ended", "{session}", "Ended sessions, by reason.");
        _meter.CreateObservableGauge("scst.buffers.allocated", () => engine.BufferPool.AllocatedBytes, "By", "Data buffers, rented and cached.");
        _meter.CreateObservableGauge("scst.buffers.rented", () => engine.BufferPool.RentedBytes, "By", "Data buffers in use.");
    }

    public void Dispose() => _meter.Dispose();

    internal void SessionOpened() => _sessions.Add(1);

    internal void SessionEnded(SessionEndReason reason)
    {
        _sessions.Add(-1);
        _sessionsEnded.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
    }
}
