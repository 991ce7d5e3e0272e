using System;
using Scst.Protocol;

namespace Scst.Tests.Simulation.Access;

/// <summary>A disk of a few blocks, one for each initiator and LUN, whose commands end after a few steps, or are stuck for long.</summary>
internal sealed class AccessDisk : IDevHandler
{
    internal const int BlockLength = 512;
    internal const byte Read = 0xC1;
    internal const byte Write = 0xC2;

    private readonly AccessWorld _world;
    private readonly byte[] _medium = new byte[256 * BlockLength];

    internal AccessDisk(AccessWorld world, int unit)
    {
        _world = world;
        Unit = unit;
    }

    internal int Unit { get; }

    public DeviceDescription Attach(LogicalUnit logicalUnit) => new()
    {
        Commands = [Describe(Read, DataDirection.ToInitiator), Describe(Write, DataDirection.FromInitiator)],
    };

    public void Detach()
    {
    }

    public void Parse(ScsiCommand command) => command.SetTransfer(command.Descriptor!.Direction, BlockLength);

    public void Execute(ScsiCommand command)
    {
        _world.Reached(command, Unit);
        _world.Touched(command);
        if (_world.IsStuck())
            _world.Stuck.Add((command, () => Work(command, 0)));
        else
            Work(command, _world.Random.Next(20) == 0 ? 200 : _world.Random.Next(10));
    }

    internal byte At(int block) => _medium[block * BlockLength];

    private static CommandDescriptor Describe(byte code, DataDirection direction) => new()
    {
        Code = (OperationCode)code,
        Name = $"{direction}",
        Usage = new byte[] { code, 0xFF, 0, 0, 0, 0 },
        Direction = direction,
        Flags = CommandFlags.AccessesMedium | (direction == DataDirection.FromInitiator ? CommandFlags.WritesMedium : CommandFlags.None),
    };

    private void Work(ScsiCommand command, int steps)
    {
        if (steps > 0)
        {
            _world.Scheduler.Schedule(() => Work(command, steps - 1));
            return;
        }
        _world.Touched(command);
        Span<byte> block = _medium.AsSpan(command.Cdb[1] * BlockLength, BlockLength);
        if (command.Direction == DataDirection.FromInitiator)
            command.Segments[0].Span.Slice(0, BlockLength).CopyTo(block);
        else
            block.CopyTo(command.Segments[0].Span);
        command.Complete();
    }
}
