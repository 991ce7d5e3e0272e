using Scst.Protocol;

namespace Scst.Tests.Simulation;

/// <summary>
/// A device with a read, a write, and a command without data. Commands complete at once or at some later step; for some
/// writes it lends memory of its own.
/// </summary>
internal sealed class SimulatedHandler : IDevHandler, IDataOutLender, ICommandFreedHandler, IAbortHandler
{
    internal const byte Nothing = 0xC0;
    internal const byte Read = 0xC1;
    internal const byte Write = 0xC2;
    private const int Length = 512;

    private readonly SimulatedWorld _world;

    internal SimulatedHandler(SimulatedWorld world) => _world = world;

    public DeviceDescription Attach(LogicalUnit logicalUnit) => new()
    {
        Commands = [Describe(Nothing, DataDirection.None), Describe(Read, DataDirection.ToInitiator), Describe(Write, DataDirection.FromInitiator)],
    };

    public void Detach()
    {
    }

    public void Parse(ScsiCommand command) => command.SetTransfer(command.Descriptor!.Direction, Length);

    public bool WantsToLend(ScsiCommand command) => command.Tag % 3 == 0;

    public bool TryLend(ScsiCommand command)
    {
        if (command.Tag % 6 == 0)
            return false;
        command.AddSegment(DataSegment.FromMemory(new byte[Length], 0, Length));
        _world.Of(command).LoansOut++;
        return true;
    }

    public void Execute(ScsiCommand command)
    {
        SimulatedCommand simulated = _world.Of(command);
        simulated.Started = _world.Tick();
        _world.CheckStart(simulated);
        Work(command, simulated, _world.Random.Next(3) == 0 ? 0 : _world.Random.Next(1, 12));
    }

    public void Abort(ScsiCommand command) => _world.Of(command);

    public void CommandFreed(ScsiCommand command)
    {
        SimulatedCommand simulated = _world.Of(command);
        if (simulated.LoansOut > 0)
            simulated.LoansOut--;
    }

    private static CommandDescriptor Describe(byte code, DataDirection direction) => new()
    {
        Code = (OperationCode)code,
        Name = $"{direction}",
        Usage = new byte[] { code, 0, 0, 0, 0, 0 },
        Direction = direction,
    };

    private void Work(ScsiCommand command, SimulatedCommand simulated, int steps)
    {
        if (steps == 0)
            Complete(command, simulated);
        else
            _world.Scheduler.Schedule(() => Work(command, simulated, steps - 1));
    }

    private void Complete(ScsiCommand command, SimulatedCommand simulated)
    {
        simulated.Ended = _world.Tick();
        switch (_world.Random.Next(10))
        {
            case 0:
                command.Fail(Sense.MediumError(AdditionalSense.UnrecoveredReadError));
                break;
            case 1:
                command.Complete(ScsiStatus.Busy);
                break;
            default:
                command.Complete();
                break;
        }
    }
}
