using System;
using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst.Tests;

/// <summary>A disk of a few blocks in memory whose commands end at once, later, or as a test says.</summary>
internal class ScriptedHandler : IDevHandler
{
    internal const int BlockLength = 512;
    private const int Blocks = 8192;

    internal static CommandDescriptor Read10 { get; } = new()
    {
        Code = OperationCode.Read10,
        Name = "READ(10)",
        Usage = new byte[] { 0x28, 0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new CdbField(7, 2),
        Unit = TransferUnit.Blocks,
        Lba = new CdbField(2, 4),
        Flags = CommandFlags.AccessesMedium,
        Access = ReservationAccess.AllowedUnderWriteExclusive,
        NominalTimeoutSeconds = 7,
        RecommendedTimeoutSeconds = 70,
    };

    internal static CommandDescriptor Write10 { get; } = new()
    {
        Code = OperationCode.Write10,
        Name = "WRITE(10)",
        Usage = new byte[] { 0x2A, 0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0 },
        Direction = DataDirection.FromInitiator,
        TransferLength = new CdbField(7, 2),
        Unit = TransferUnit.Blocks,
        Lba = new CdbField(2, 4),
        Flags = CommandFlags.AccessesMedium | CommandFlags.WritesMedium,
    };

    internal static CommandDescriptor Synchronize { get; } = new()
    {
        Code = OperationCode.SynchronizeCache10,
        Name = "SYNCHRONIZE CACHE(10)",
        Usage = new byte[] { 0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
        Flags = CommandFlags.AccessesMedium,
    };

    internal DeviceDescription Description { get; init; } = new()
    {
        Commands = [Read10, Write10, Synchronize],
        BlockLength = BlockLength,
        BlockCount = Blocks,
    };

    internal byte[] Medium { get; } = new byte[Blocks * BlockLength];

    /// <summary>The tags of the commands that were executed, in the order in which they came.</summary>
    internal List<ulong> Started { get; } = [];

    /// <summary>The commands that <see cref="Holds"/> keeps from ending.</summary>
    internal List<ScsiCommand> Held { get; } = [];

    internal Func<ScsiCommand, bool>? Holds { get; set; }

    internal Action<ScsiCommand>? OnParse { get; set; }

    /// <summary>What a command does, in place of reading or writing.</summary>
    internal Action<ScsiCommand>? OnExecute { get; set; }

    internal int Detached { get; private set; }

    internal LogicalUnit? LogicalUnit { get; private set; }

    public DeviceDescription Attach(LogicalUnit logicalUnit)
    {
        LogicalUnit = logicalUnit;
        return Description;
    }

    public void Detach() => Detached++;

    public void Parse(ScsiCommand command)
    {
        OnParse?.Invoke(command);
        CommandDescriptor descriptor = command.Descriptor!;
        if (descriptor.Unit == TransferUnit.Blocks)
            command.SetTransfer(descriptor.Direction, (long)descriptor.TransferLength.Read(command.Cdb) * BlockLength, BlockLength);
    }

    public virtual void Execute(ScsiCommand command)
    {
        Started.Add(command.Tag);
        if (OnExecute is { } script)
            script(command);
        else if (Holds?.Invoke(command) == true)
            Held.Add(command);
        else
            Finish(command);
    }

    /// <summary>Does what the CDB says and ends the command.</summary>
    internal virtual void Finish(ScsiCommand command)
    {
        int offset = (int)command.Descriptor!.Lba.Read(command.Cdb) * BlockLength;
        int left = command.DataLength;
        foreach (DataSegment segment in command.Segments)
        {
            Span<byte> blocks = Medium.AsSpan(offset, Math.Min(left, segment.Length));
            if (command.Direction == DataDirection.FromInitiator)
                segment.Span.Slice(0, blocks.Length).CopyTo(blocks);
            else
                blocks.CopyTo(segment.Span);
            offset += blocks.Length;
            left -= blocks.Length;
        }
        command.Complete();
    }

    /// <summary>Ends a held command.</summary>
    internal void Release(ulong tag)
    {
        ScsiCommand command = Held.Single(held => held.Tag == tag);
        Held.Remove(command);
        Finish(command);
    }

    /// <summary>Holds nothing any more.</summary>
    internal void ReleaseAll()
    {
        Holds = null;
        OnExecute = null;
        while (Held.Count > 0)
            Release(Held[0].Tag);
    }
}
