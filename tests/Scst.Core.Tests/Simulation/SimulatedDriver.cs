namespace Scst.Tests.Simulation;

/// <summary>
/// A transport whose every move is a step of its own. Some sessions take kernel-only segments, of which some cannot be read.
/// </summary>
internal sealed class SimulatedDriver : ITargetDriver, IKernelSegmentDriver
{
    private readonly SimulatedWorld _world;
    private readonly bool _reportsEarly;
    private readonly bool _stopsLate;

    /// <param name="world">Where it works.</param>
    /// <param name="reportsEarly">Broken on purpose: it says that a response was sent while it still reads what was lent.</param>
    /// <param name="stopsLate">Broken on purpose: it says that it has stopped a receive which it has not.</param>
    internal SimulatedDriver(SimulatedWorld world, bool reportsEarly, bool stopsLate)
    {
        _world = world;
        _stopsLate = stopsLate;
        _reportsEarly = reportsEarly;
    }

    public bool AcceptsKernelSegments(Session session) => session.InitiatorName[^1] % 2 == 0;

    public void RequestDataOut(ScsiCommand command)
    {
        SimulatedCommand simulated = _world.Of(command);
        simulated.IsFetching = true;
        new SimulatedReceive(_world, command, simulated, _stopsLate).Start();
    }

    public void AbortDataOut(ScsiCommand command)
    {
        SimulatedCommand simulated = _world.Of(command);
        simulated.MustStopFetching = true;
    }

    public void SendResponse(ScsiCommand command)
    {
        SimulatedCommand simulated = _world.Of(command);
        simulated.Responses++;
        simulated.Responded = _world.Tick();
        simulated.WasSuppressed = command.SuppressResponse;
        simulated.Status = command.Status;
        _world.CheckResponse(simulated, command);
        if (_world.Random.Next(3) == 0)
            Send(command, simulated);
        else
            _world.Scheduler.Schedule(() => Send(command, simulated));
    }

    public void TaskManagementDone(TaskManagementRequest request) => _world.CheckTaskManagement(request);

    private void Send(ScsiCommand command, SimulatedCommand simulated)
    {
        bool readsKernelSegments = command.DataInLength > 0 && command.Segments[0].Kind == SegmentKind.KernelAddress;
        if (readsKernelSegments && _world.Random.Next(3) == 0)
        {
            simulated.Responses--;
            simulated.IsSendingLoan = false;
            simulated.HasFaulted = true;
            // From here on it is being executed again, or, if it was aborted, it is over.
            command.DataInFaulted();
            return;
        }
        if (_reportsEarly)
            _world.Scheduler.Schedule(() => simulated.IsSendingLoan = false);
        else
            simulated.IsSendingLoan = false;
        command.ResponseSent(delivered: _world.Random.Next(8) != 0);
    }
}
