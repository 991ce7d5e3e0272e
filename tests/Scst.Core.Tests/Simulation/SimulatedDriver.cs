namespace Scst.Tests.Simulation;

/// <summary>
/// A transport whose every move is a step of its own. Some sessions take kernel-only segments, of which some cannot be read.
/// </summary>
internal sealed class SimulatedDriver : ITargetDriver, IKernelSegmentDriver
{
    private readonly SimulatedWorld _world;
    private readonly bool _reportsEarly;

    /// <param name="world">Where it works.</param>
    /// <param name="reportsEarly">Broken on purpose: it says that a response was sent while it still reads what was lent.</param>
    internal SimulatedDriver(SimulatedWorld world, bool reportsEarly)
    {
        _world = world;
        _reportsEarly = reportsEarly;
    }

    public bool AcceptsKernelSegments(Session session) => session.InitiatorName[^1] % 2 == 0;

    public void RequestDataOut(ScsiCommand command)
    {
        SimulatedCommand simulated = _world.Of(command);
        simulated.IsFetching = true;
        if (_world.Random.Next(4) == 0)
            Finish(command, simulated);
        else
            Receive(command, simulated, _world.Random.Next(1, 4));
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

    private void Receive(ScsiCommand command, SimulatedCommand simulated, int pieces) => _world.Scheduler.Schedule(() =>
    {
        if (pieces == 0 || simulated.MustStopFetching)
            Finish(command, simulated);
        else
            Receive(command, simulated, pieces - 1);
    });

    private static void Finish(ScsiCommand command, SimulatedCommand simulated)
    {
        simulated.IsFetching = false;
        command.DataOutReceived();
    }
}
