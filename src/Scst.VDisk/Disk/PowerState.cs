using System.Threading;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>Whether the disk is started (SBC-5, START STOP UNIT).</summary>
/// <remarks>
/// A stop begins at once and counts when its flush is done. One that fails takes back itself only: a disk that another stop has
/// stopped, or is stopping, stays so. A start overrules the stops that are under way.
/// </remarks>
internal sealed class PowerState
{
    // SBC-5, stopped power condition.
    private static readonly Sense _stoppedSense = Sense.NotReady(AdditionalSense.LogicalUnitNotReadyInitializingCommandRequired);

    private readonly Lock _lock = new();
    private readonly LogicalUnit _logicalUnit;
    private readonly WriteCache _cache;
    private int _starts;
    private int _stopsUnderWay;
    private bool _isStopped;

    internal PowerState(LogicalUnit logicalUnit, WriteCache cache)
    {
        _logicalUnit = logicalUnit;
        _cache = cache;
    }

    /// <summary>Commands that need the medium end in NOT READY from now on, unless they run already.</summary>
    /// <returns>What to end the stop with.</returns>
    internal int BeginStop()
    {
        lock (_lock)
        {
            _stopsUnderWay++;
            _cache.SetStopped(true);
            _logicalUnit.NotReady ??= _stoppedSense;
            return _starts;
        }
    }

    /// <summary>The flush of a stop is over, or there was none to wait for.</summary>
    /// <param name="begun">What <see cref="BeginStop"/> gave.</param>
    /// <param name="isDone">Whether the disk is stopped; false if the flush failed.</param>
    internal void EndStop(int begun, bool isDone)
    {
        lock (_lock)
        {
            if (begun != _starts)
                return;
            _stopsUnderWay--;
            _isStopped |= isDone;
            if (_stopsUnderWay == 0 && !_isStopped)
                MakeReady();
        }
    }

    internal void Start()
    {
        lock (_lock)
        {
            _starts++;
            _stopsUnderWay = 0;
            _isStopped = false;
            MakeReady();
        }
    }

    /// <summary>What only waited for a start is ready; another reason why the disk is not ready stays.</summary>
    private void MakeReady()
    {
        if (_logicalUnit.NotReady == _stoppedSense)
            _logicalUnit.NotReady = null;
        _cache.SetStopped(false);
    }
}
