using System;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Tests.Simulation;

/// <summary>
/// The data-out of one command on its way: pieces of any length, each in a step of its own, of which one may find that what was
/// lent cannot be written. An aborted one may be in the middle of a system call, and so receives a piece more before it stops.
/// </summary>
internal sealed class SimulatedReceive
{
    private readonly SimulatedWorld _world;
    private readonly ScsiCommand _command;
    private readonly SimulatedCommand _simulated;
    private readonly bool _reportsEarly;
    private int _received;
    private int _faultsAt = -1;

    /// <param name="world">Where it happens.</param>
    /// <param name="command">The command.</param>
    /// <param name="simulated">What is known of it.</param>
    /// <param name="reportsEarly">Broken on purpose: it says that it has stopped before its last piece.</param>
    internal SimulatedReceive(SimulatedWorld world, ScsiCommand command, SimulatedCommand simulated, bool reportsEarly)
    {
        _world = world;
        _command = command;
        _simulated = simulated;
        _reportsEarly = reportsEarly;
        bool isLent = command.Segments[0].Kind != SegmentKind.Memory;
        if (isLent && world.Random.Next(3) == 0)
            _faultsAt = world.Random.Next(command.DataOutLength);
    }

    internal void Start()
    {
        if (_world.Random.Next(4) == 0)
            Step(_command.DataOutLength);
        else
            Schedule();
    }

    private void Schedule() => _world.Scheduler.Schedule(() => Step(_world.Random.Next(1, 300)));

    private void Step(int length)
    {
        bool stops = _simulated.MustStopFetching || _world.Random.Next(20) == 0;
        if (stops && _reportsEarly)
        {
            ScheduleLate();
            Finish(isComplete: false);
            return;
        }
        if (!stops || _world.Random.Next(2) == 0)
            Receive(Math.Min(length, _command.DataOutLength - _received));
        if (stops || _received == _command.DataOutLength)
            Finish(isComplete: _received == _command.DataOutLength);
        else
            Schedule();
    }

    private void Receive(int length)
    {
        while (length > 0)
        {
            int start = 0;
            foreach (DataSegment segment in _command.Segments)
            {
                int inside = _received - start;
                start += segment.Length;
                if (inside >= segment.Length)
                    continue;
                int piece = Math.Min(length, segment.Length - inside);
                bool faults = segment.Kind != SegmentKind.Memory && _faultsAt >= 0 && _faultsAt < _received + piece;
                if (faults)
                {
                    int whole = Math.Max(0, _faultsAt - _received);
                    _simulated.Medium.Receive(segment, inside, _received, whole);
                    _received += whole;
                    int broken = _world.Random.Next(segment.Length - inside - whole);
                    _simulated.Medium.Receive(segment, inside + whole, _received, broken, isBroken: true);
                    Replace();
                    return;
                }
                _simulated.Medium.Receive(segment, inside, _received, piece);
                _received += piece;
                length -= piece;
                break;
            }
        }
    }

    private void Replace()
    {
        _faultsAt = -1;
        Assert.That(_command.TryReplaceLoan(_received));
        _world.CheckReplaced(_simulated, _command, _received);
    }

    /// <summary>Into what was lent: buffers are the pool's again by then, and somebody else's.</summary>
    private void ScheduleLate()
    {
        DataSegment segment = _command.Segments[^1];
        int offset = _command.DataOutLength - segment.Length;
        if (_simulated.Medium.Owns(segment))
            _world.Scheduler.Schedule(() => _simulated.Medium.Receive(segment, 0, offset, segment.Length));
    }

    private void Finish(bool isComplete)
    {
        _simulated.IsFetching = false;
        if (isComplete || (_simulated.MustStopFetching && _world.Random.Next(2) == 0))
            _command.DataOutReceived();
        else
            _command.DataOutFailed(Sense.AbortedCommand(AdditionalSense.DataPhaseError));
    }
}
