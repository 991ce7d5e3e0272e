using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst.Testing;

/// <summary>
/// A device that moves any number of bytes, for tests of drivers: it remembers in which order commands came, and holds
/// them back or ends them as a test says. Safe from any thread.
/// </summary>
internal sealed class ProbeHandler : IDevHandler
{
    internal const int MediumLength = 4 << 20;

    private readonly object _lock = new();
    private readonly List<ScsiCommand> _held = [];
    private readonly List<int> _parsed = [];
    private readonly List<int> _started = [];

    /// <summary>What a command does in place of moving data; null to move it.</summary>
    internal Action<ScsiCommand>? OnExecute { get; set; }

    internal bool Holds { get; set; }

    internal byte[] Medium { get; } = new byte[MediumLength];

    internal int[] Parsed => Snapshot(_parsed);

    internal int[] Started => Snapshot(_started);

    public DeviceDescription Attach(LogicalUnit logicalUnit) => new()
    {
        Commands =
        [
            Describe(0xC1, DataDirection.ToInitiator),
            Describe(0xC2, DataDirection.FromInitiator),
            new CommandDescriptor
            {
                Code = OperationCode.VariableLength,
                ServiceAction = 0xF000,
                Name = "PROBE(32)",
                Usage = new byte[] { 0x7F, 0, 0, 0, 0, 0, 0, 0x18, 0xF0, 0x00 }.Concat(Enumerable.Repeat((byte)0xFF, 22)).ToArray(),
                Direction = DataDirection.ToInitiator,
            },
        ],
    };

    public void Detach()
    {
    }

    public void Parse(ScsiCommand command)
    {
        lock (_lock)
            _parsed.Add(NumberOf(command));
        int length = command.Descriptor!.Code == OperationCode.VariableLength
            ? 22
            : BinaryPrimitives.ReadInt32BigEndian(command.Cdb.Slice(2)) & 0xFFFFFF;
        command.SetTransfer(command.Descriptor.Direction, length);
    }

    public void Execute(ScsiCommand command)
    {
        lock (_lock)
        {
            _started.Add(NumberOf(command));
            if (OnExecute is null && Holds)
            {
                _held.Add(command);
                return;
            }
        }
        if (OnExecute is { } script)
            script(command);
        else
            Finish(command);
    }

    /// <summary>Ends the commands that were held back.</summary>
    internal void Release()
    {
        ScsiCommand[] held;
        lock (_lock)
        {
            Holds = false;
            held = [.. _held];
            _held.Clear();
        }
        Array.ForEach(held, Finish);
    }

    /// <summary>A command of the probe's: what it moves, where on the medium in units of 64 KiB, and a number to know it by.</summary>
    internal static byte[] Cdb(bool write, int length, int place = 0, int number = 0)
    {
        byte[] cdb = [(byte)(write ? 0xC2 : 0xC1), 0, 0, 0, 0, 0, (byte)place, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(cdb.AsSpan(2), length);
        BinaryPrimitives.WriteUInt16BigEndian(cdb.AsSpan(7), (ushort)number);
        return cdb;
    }

    /// <summary>A command of 32 bytes whose data-in is what its CDB holds from byte 10 on.</summary>
    internal static byte[] LongCdb(ReadOnlySpan<byte> content) => [0x7F, 0, 0, 0, 0, 0, 0, 0x18, 0xF0, 0x00, .. content];

    private static int NumberOf(ScsiCommand command) => BinaryPrimitives.ReadUInt16BigEndian(command.Cdb.Slice(7));

    private static CommandDescriptor Describe(byte code, DataDirection direction) => new()
    {
        Code = (OperationCode)code,
        Name = direction == DataDirection.ToInitiator ? "PROBE READ" : "PROBE WRITE",
        Usage = new byte[] { code, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0 },
        Direction = direction,
    };

    private void Finish(ScsiCommand command)
    {
        if (command.Descriptor!.Code == OperationCode.VariableLength)
        {
            command.Reply(command.Cdb.Slice(10));
            return;
        }
        Span<byte> medium = Medium.AsSpan(command.Cdb[6] << 16);
        int left = command.DataLength;
        foreach (DataSegment segment in command.Segments)
        {
            Span<byte> bytes = segment.Span.Slice(0, Math.Min(left, segment.Length));
            if (command.Direction == DataDirection.FromInitiator)
                bytes.CopyTo(medium);
            else
                medium.Slice(0, bytes.Length).CopyTo(bytes);
            medium = medium.Slice(bytes.Length);
            left -= bytes.Length;
        }
        command.Complete();
    }

    private int[] Snapshot(List<int> numbers)
    {
        lock (_lock)
            return [.. numbers];
    }
}
