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
    private readonly Histogram<double> _pauses;

    internal ScstMetrics(ScsiEngine engine)
    {
        _sessions = _meter.CreateUpDownCounter<long>("scst.sessions.active", "{session}", "Open sessions.");
        _sessionsEnded = _meter.CreateCounter<long>("scst.sessions.ended", "{session}", "Ended sessions, by reason.");
        _pauses = _meter.CreateHistogram<double>("scst.pause.duration", "s", "Pauses of logical units, sessions and LUNs that are over.");
        _meter.CreateObservableGauge("scst.buffers.allocated", () => engine.BufferPool.AllocatedBytes, "By", "Data buffers, rented and cached.");
        _meter.CreateObservableGauge("scst.buffers.rented", () => engine.BufferPool.RentedBytes, "By", "Data buffers in use.");
    }

    public void Dispose() => _meter.Dispose();

    internal void PauseEnded(Pause pause) =>
        _pauses.Record(pause.Duration.TotalSeconds, new KeyValuePair<string, object?>("expired", pause.HasExpired));

    internal void SessionOpened() => _sessions.Add(1);

    internal void SessionEnded(SessionEndReason reason)
    {
        _sessions.Add(-1);
        _sessionsEnded.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
    }
}
