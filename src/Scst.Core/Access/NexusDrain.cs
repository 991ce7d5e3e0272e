using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Scst;

/// <summary>
/// Waits until nothing is left of the nexuses that a change took away. Commands that have had their turn may go on for a
/// while; those that have not end at once. Each nexus leaves its logical unit, and drops its RESERVE, when its own last command is
/// gone, so that one that is stuck does not hold up the others.
/// </summary>
internal sealed class NexusDrain
{
    private readonly TaskCompletionSource<bool> _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScsiEngine _engine;
    private readonly Reassignment _change;
    private Session[] _sessions = [];
    private ITimer? _timer;
    private int _left;

    internal NexusDrain(ScsiEngine engine, Reassignment change)
    {
        _engine = engine;
        _change = change;
    }

    internal Task BeginAsync(IReadOnlyList<LunNexus> gone, TimeSpan time)
    {
        // Counted down at the end of this method: nothing is drained before all is known.
        _left = 1;
        Session[] sessions = [.. gone.Select(nexus => nexus.Session).Distinct()];
        IReadOnlyCollection<LunNexus> busy = _engine.Aborts.LeaveBehind(
            _change,
            sessions.SelectMany(session => session.Commands),
            nexus =>
            {
                Interlocked.Increment(ref _left);
                return new AbortOperation(_ => Leave(nexus));
            });
        var left = new HashSet<LunNexus>(busy);
        foreach (LunNexus nexus in gone)
        {
            if (!left.Contains(nexus))
                nexus.LogicalUnit.Remove(nexus);
        }
        _sessions = [.. busy.Select(nexus => nexus.Session).Distinct()];
        if (busy.Count > 0)
            Limit(time);
        CountDown();
        return _drained.Task;
    }

    private void Limit(TimeSpan time)
    {
        if (time == TimeSpan.Zero)
            Abort();
        else if (time != Timeout.InfiniteTimeSpan)
            _timer = _engine.Options.TimeProvider.CreateTimer(_ => Abort(), null, time, Timeout.InfiniteTimeSpan);
    }

    private void Abort() => _engine.Pipeline.Run(() => _engine.Aborts.Abort(
        new AbortOperation(static _ => { }),
        _sessions.SelectMany(session => session.Commands),
        command => command.Nexus?.GoneWith == _change,
        static _ => AbortReason.NotDrained));

    private void Leave(LunNexus nexus)
    {
        nexus.LogicalUnit.Remove(nexus);
        CountDown();
    }

    private void CountDown()
    {
        if (Interlocked.Decrement(ref _left) > 0)
            return;
        _timer?.Dispose();
        _drained.SetResult(true);
    }
}
