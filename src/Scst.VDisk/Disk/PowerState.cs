using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>Whether the disk is started (SBC-5, START STOP UNIT).</summary>
internal sealed class PowerState
{
    // SBC-5, stopped power condition.
    private static readonly Sense _stopped = Sense.NotReady(AdditionalSense.LogicalUnitNotReadyInitializingCommandRequired);

    private readonly LogicalUnit _logicalUnit;
    private readonly WriteCache _cache;

    internal PowerState(LogicalUnit logicalUnit, WriteCache cache)
    {
        _logicalUnit = logicalUnit;
        _cache = cache;
    }

    /// <summary>Commands that need the medium end in NOT READY from now on, unless they run already.</summary>
    internal void Stop()
    {
        _cache.SetStopped(true);
        _logicalUnit.NotReady ??= _stopped;
    }

    /// <summary>What only waited for a start is ready; another reason why the disk is not ready stays.</summary>
    internal void Start()
    {
        if (_logicalUnit.NotReady == _stopped)
            _logicalUnit.NotReady = null;
        _cache.SetStopped(false);
    }
}
