using System;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// READ BUFFER and WRITE BUFFER (SPC-6): one buffer for each logical unit, with no other use than to be written and read, and an
/// echo buffer for each I_T nexus, which no other nexus can overwrite.
/// </summary>
internal static class BufferCommands
{
    internal const int Capacity = 16 << 10;
    internal const int EchoCapacity = 4096;

    private const int ModeOffset = 1;
    private const int ModeBit = 4;
    private const int BufferIdOffset = 2;
    private const int BufferOffsetOffset = 3;
    private const int LengthOffset = 6;

    internal static void Read(ScsiCommand command)
    {
        var cdb = new BufferCdb(command.Cdb);
        switch (cdb.Mode)
        {
            case BufferMode.Data:
                ReadData(command, cdb);
                break;
            case BufferMode.Descriptor:
                Span<byte> descriptor = stackalloc byte[BufferDescriptor.Length];
                BufferDescriptor.Write(descriptor, offsetBoundary: 0, cdb.BufferId == 0 ? Capacity : 0);
                command.Reply(descriptor);
                break;
            case BufferMode.Echo:
                ReadEcho(command);
                break;
            case BufferMode.EchoDescriptor:
                Span<byte> echo = stackalloc byte[BufferDescriptor.Length];
                BufferDescriptor.WriteEcho(echo, isOwn: true, EchoCapacity);
                command.Reply(echo);
                break;
            default:
                command.Fail(Sense.InvalidFieldInCdb(ModeOffset, ModeBit));
                break;
        }
    }

    internal static void Write(ScsiCommand command)
    {
        var cdb = new BufferCdb(command.Cdb);
        switch (cdb.Mode)
        {
            case BufferMode.Data:
                WriteData(command, cdb);
                break;
            case BufferMode.Echo:
                WriteEcho(command, cdb);
                break;
            default:
                command.Fail(Sense.InvalidFieldInCdb(ModeOffset, ModeBit));
                break;
        }
    }

    private static void ReadData(ScsiCommand command, in BufferCdb cdb)
    {
        if (cdb.BufferId != 0)
            command.Fail(Sense.InvalidFieldInCdb(BufferIdOffset));
        else if (cdb.BufferOffset >= Capacity)
            command.Fail(Sense.InvalidFieldInCdb(BufferOffsetOffset));
        else
            command.Reply(command.LogicalUnit!.ReadBuffer().AsSpan(cdb.BufferOffset));
    }

    private static void WriteData(ScsiCommand command, in BufferCdb cdb)
    {
        if (cdb.BufferId != 0)
            command.Fail(Sense.InvalidFieldInCdb(BufferIdOffset));
        else if (cdb.BufferOffset >= Capacity)
            command.Fail(Sense.InvalidFieldInCdb(BufferOffsetOffset));
        else if (cdb.Length > Capacity - cdb.BufferOffset)
            command.Fail(Sense.InvalidFieldInCdb(LengthOffset));
        else if (ParameterList.TryGet(command, cdb.Length, out ReadOnlySpan<byte> data))
        {
            command.LogicalUnit!.WriteBuffer(cdb.BufferOffset, data);
            command.Complete();
        }
    }

    private static void ReadEcho(ScsiCommand command)
    {
        if (command.Nexus!.EchoBuffer is { } written)
            command.Reply(written);
        else
            command.Fail(Sense.IllegalRequest(AdditionalSense.CommandSequenceError));
    }

    private static void WriteEcho(ScsiCommand command, in BufferCdb cdb)
    {
        if (cdb.Length > EchoCapacity)
            command.Fail(Sense.InvalidFieldInCdb(LengthOffset));
        else if (ParameterList.TryGet(command, cdb.Length, out ReadOnlySpan<byte> data))
        {
            command.Nexus!.EchoBuffer = data.ToArray();
            command.Complete();
        }
    }
}
