using System;
using System.Collections.Generic;
using System.Threading;
using Scst.Iscsi.Receiving;

namespace Scst.Iscsi.Driver;

/// <summary>
/// Looks after all sessions together, with one timer, so that any number of idle ones costs one wake-up now and then; a timer
/// for each costs one for each. Without sessions it does not run.
/// </summary>
internal sealed class SilenceWatch
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly SilenceLimits _limits;
    private readonly HashSet<NopKeeper> _keepers = [];
    private ITimer? _timer;

    // A list that lives on, so that looking allocates nothing.
    private readonly List<NopKeeper> _round = [];
    private int _isLooking;

    public SilenceWatch(IscsiDriverOptions options, TimeProvider time)
    {
        _time = time;
        _limits = new SilenceLimits(options);
    }

    public void Add(NopKeeper keeper)
    {
        lock (_gate)
        {
            if (_keepers.Add(keeper) && _keepers.Count == 1)
                _timer = _time.CreateTimer(static state => ((SilenceWatch)state!).Look(), this, _limits.Step, _limits.Step);
        }
    }

    /// <summary>A look that is under way may still come. May be called again.</summary>
    public void Remove(NopKeeper keeper)
    {
        lock (_gate)
        {
            if (!_keepers.Remove(keeper) || _keepers.Count > 0)
                return;
            _timer!.Dispose();
            _timer = null;
        }
    }

    private void Look()
    {
        // One that takes longer than a step is seen through first.
        if (Interlocked.Exchange(ref _isLooking, 1) != 0)
            return;
        try
        {
            lock (_gate)
                _round.AddRange(_keepers);
            foreach (var keeper in _round)
                keeper.Look(_limits);
        }
        finally
        {
            _round.Clear();
            Volatile.Write(ref _isLooking, 0);
        }
    }
}
