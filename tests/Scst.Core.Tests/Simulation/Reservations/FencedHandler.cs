using System;
using System.Buffers.Binary;
using Scst.Protocol;

namespace Scst.Tests.Simulation.Reservations;

/// <summary>
/// A disk of a few blocks that take their time. One that is aborted may have written meanwhile; it may also stop. What a block has
/// is the tag of the WRITE that wrote it, over and over.
/// </summary>
internal sealed class FencedHandler(FencedWorld world) : IDevHandler
{
    internal const byte Read = 0x28;
    internal const byte Write = 0x2A;
    internal const int Blocks = 4;
    internal const int Length = 512;

    private readonly ulong[] _blocks = new ulong[Blocks];

    public DeviceDescription Attach(LogicalUnit logicalUnit) => new()
    {
        Commands = [Describe(Read, DataDirection.ToInitiator), Describe(Write, DataDirection.FromInitiator)],
    };

    public void Detach()
    {
    }

    public void Parse(ScsiCommand command) => command.SetTransfer(command.Descriptor!.Direction, Length);

    public void Execute(ScsiCommand command)
    {
        FencedCommand fenced = world.Of(command);
        fenced.Started = world.Rules.Tick();
        world.Rules.CheckStart(fenced);
        Work(command, fenced, world.Random.Next(25));
    }

    internal static byte[] Pattern(ulong value)
    {
        var data = new byte[Length];
        for (int offset = 0; offset < Length; offset += sizeof(ulong))
            BinaryPrimitives.WriteUInt64BigEndian(data.AsSpan(offset), value);
        return data;
    }

    private static CommandDescriptor Describe(byte code, DataDirection direction) => new()
    {
        Code = (OperationCode)code,
        Name = $"{direction}",
        Usage = new byte[] { code, 0, 0, 0, 0, 0xFF, 0, 0, 0xFF, 0 },
        Direction = direction,
        Flags = direction == DataDirection.FromInitiator ? CommandFlags.WritesMedium : CommandFlags.None,
        Access = ReservationRules.Find([code, 0, 0, 0, 0, 0, 0, 0, 1, 0])!.Access,
    };

    private void Work(ScsiCommand command, FencedCommand fenced, int steps)
    {
        if (steps > 0 && !(command.IsAborted && world.Random.Next(2) == 0))
            world.Schedule(() => Work(command, fenced, steps - 1));
        else
            Finish(command, fenced);
    }

    private void Finish(ScsiCommand command, FencedCommand fenced)
    {
        ref ulong block = ref _blocks[fenced.Cdb[5]];
        if (fenced.IsWrite)
        {
            world.Rules.CheckWrite(fenced, Bytes(command));
            block = fenced.Tag;
        }
        else
        {
            fenced.Found = block;
            byte[] data = Pattern(block);
            int offset = 0;
            foreach (DataSegment segment in command.Segments)
            {
                data.AsSpan(offset, segment.Length).CopyTo(segment.Span);
                offset += segment.Length;
            }
        }
        fenced.Ended = world.Rules.Tick();
        command.Complete();
    }

    internal static byte[] Bytes(ScsiCommand command)
    {
        var data = new byte[Length];
        int offset = 0;
        foreach (DataSegment segment in command.Segments)
        {
            segment.Span.Slice(0, Math.Min(segment.Length, Length - offset)).CopyTo(data.AsSpan(offset));
            offset += Math.Min(segment.Length, Length - offset);
        }
        return data;
    }
}
