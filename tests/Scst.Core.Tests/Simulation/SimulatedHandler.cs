using System;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Tests.Simulation;

/// <summary>
/// A device with a read, a write, and a command without data. Commands complete at once or at some later step; for some reads
/// and writes it lends memory of its own.
/// </summary>
internal sealed class SimulatedHandler : IDevHandler, IDataInLender, IDataOutLender, ICommandFreedHandler, IAbortHandler
{
    internal const byte Nothing = 0xC0;
    internal const byte Read = 0xC1;
    internal const byte Write = 0xC2;
    private const int Length = SimulatedMedium.Length;

    private readonly SimulatedWorld _world;
    private readonly bool _forgets;

    /// <param name="world">Where it works.</param>
    /// <param name="forgets">Broken on purpose: it takes what could not be received in place for written.</param>
    internal SimulatedHandler(SimulatedWorld world, bool forgets)
    {
        _world = world;
        _forgets = forgets;
    }

    public DeviceDescription Attach(LogicalUnit logicalUnit) => new()
    {
        Commands = [Describe(Nothing, DataDirection.None), Describe(Read, DataDirection.ToInitiator), Describe(Write, DataDirection.FromInitiator)],
    };

    public void Detach()
    {
    }

    public void Parse(ScsiCommand command) => command.SetTransfer(command.Descriptor!.Direction, Length);

    public bool WantsToLend(ScsiCommand command) => command.Tag % 3 != 0;

    public bool TryLend(ScsiCommand command)
    {
        SimulatedCommand simulated = _world.Of(command);
        _world.CheckLet(simulated);
        if (command.Tag % 7 == 0)
            return false;
        // In pieces, of which some may be memory although others are not.
        for (int offset = 0; offset < Length;)
        {
            int piece = Math.Min(_world.Random.Next(1, Length), Length - offset);
            bool kernel = command.AcceptsKernelSegments && _world.Random.Next(4) != 0;
            command.AddSegment(kernel ? simulated.Medium.Address(offset, piece) : simulated.Medium.Memory(offset, piece));
            offset += piece;
        }
        simulated.LoansOut++;
        return true;
    }

    public void Execute(ScsiCommand command)
    {
        SimulatedCommand simulated = _world.Of(command);
        simulated.Started = _world.Tick();
        _world.CheckStart(simulated);
        _world.CheckLet(simulated);
        Work(command, simulated);
    }

    public void CopyDataIn(ScsiCommand command)
    {
        SimulatedCommand simulated = _world.Of(command);
        _world.CheckCopy(simulated, command);
        simulated.Ended = 0;
        Work(command, simulated);
    }

    public void Abort(ScsiCommand command) => _world.Of(command);

    public void CommandFreed(ScsiCommand command)
    {
        SimulatedCommand simulated = _world.Of(command);
        _world.CheckFreed(simulated);
        if (simulated.LoansOut > 0)
            simulated.LoansOut--;
    }

    private static CommandDescriptor Describe(byte code, DataDirection direction) => new()
    {
        Code = (OperationCode)code,
        Name = $"{direction}",
        Usage = new byte[] { code, 0, 0, 0, 0, 0 },
        Direction = direction,
        Flags = direction == DataDirection.FromInitiator ? CommandFlags.WritesMedium : CommandFlags.None,
    };

    private void Work(ScsiCommand command, SimulatedCommand simulated) =>
        Work(command, simulated, _world.Random.Next(3) == 0 ? 0 : _world.Random.Next(1, 12));

    private void Work(ScsiCommand command, SimulatedCommand simulated, int steps)
    {
        if (steps == 0)
            Complete(command, simulated);
        else
            _world.Scheduler.Schedule(() => Work(command, simulated, steps - 1));
    }

    private void Complete(ScsiCommand command, SimulatedCommand simulated)
    {
        bool lends = command.Direction == DataDirection.ToInitiator && command.DataLength > 0 && command.Segments.IsEmpty && Lend(command, simulated);
        int ending = _world.Random.Next(10);
        if (command.Direction == DataDirection.FromInitiator && command.DataLength > 0 && !command.IsAborted)
            WriteWhatIsInMemory(command, simulated);
        // A command that was aborted meanwhile ends by that, unsent.
        simulated.IsSendingLoan = lends && ending > 1 && !command.IsAborted;
        simulated.Ended = _world.Tick();
        switch (ending)
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

    private void WriteWhatIsInMemory(ScsiCommand command, SimulatedCommand simulated)
    {
        int offset = 0;
        foreach (DataSegment segment in command.Segments)
        {
            bool isThere = simulated.Medium.Owns(segment) || (_forgets && simulated.LoansOut > 0);
            if (!isThere)
                simulated.Medium.Write(offset, segment.Span);
            offset += segment.Length;
        }
    }

    /// <summary>Gives a read its segments.</summary>
    /// <returns>Whether they are of the medium.</returns>
    private bool Lend(ScsiCommand command, SimulatedCommand simulated)
    {
        int choice = _world.Random.Next(4);
        if (simulated.HasFaulted || choice == 0)
        {
            Assert.That(command.TryTakeBuffers());
            return false;
        }
        bool kernel = command.AcceptsKernelSegments && choice != 1;
        command.AddSegment(kernel ? DataSegment.FromAddress(0x7000, Length) : DataSegment.FromMemory(new byte[Length], 0, Length));
        simulated.LoansOut++;
        return true;
    }
}
