namespace Scst.Tests.Simulation;

/// <summary>A transport whose every move is a step of its own.</summary>
internal sealed class SimulatedDriver : ITargetDriver
{
    private readonly SimulatedWorld _world;

    internal SimulatedDriver(SimulatedWorld world) => _world = world;

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
        _world.CheckResponse(simulated);
        if (_world.Random.Next(3) == 0)
            command.ResponseSent(delivered: true);
        else
            _world.Scheduler.Schedule(() => command.ResponseSent(delivered: true));
    }

    public void TaskManagementDone(TaskManagementRequest request) => _world.CheckTaskManagement(request);

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
