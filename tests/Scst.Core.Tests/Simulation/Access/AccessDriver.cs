namespace Scst.Tests.Simulation.Access;

/// <summary>A transport whose every move is a step of its own.</summary>
internal sealed class AccessDriver : ITargetDriver
{
    private readonly AccessWorld _world;

    internal AccessDriver(AccessWorld world) => _world = world;

    public void RequestDataOut(ScsiCommand command) => _world.Scheduler.Schedule(() =>
    {
        AccessCommand known = AccessWorld.Of(command);
        // An initiator that is slow, or silent until it is stopped.
        if (!known.MustStop && _world.Random.Next(3) != 0)
        {
            RequestDataOut(command);
            return;
        }
        foreach (DataSegment segment in command.Segments)
            segment.Span.Fill(known.Value);
        command.DataOutReceived();
    });

    public void AbortDataOut(ScsiCommand command) => AccessWorld.Of(command).MustStop = true;

    public void SendResponse(ScsiCommand command)
    {
        _world.Answered(command);
        _world.Scheduler.Schedule(() => command.ResponseSent(delivered: true));
    }

    public void TaskManagementDone(TaskManagementRequest request)
    {
    }
}
