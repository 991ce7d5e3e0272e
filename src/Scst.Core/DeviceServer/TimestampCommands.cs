using System;
using Scst.Protocol;

namespace Scst;

/// <summary>REPORT TIMESTAMP and SET TIMESTAMP (SPC-6).</summary>
internal static class TimestampCommands
{
    private const int ServiceActionOffset = 1;
    private const int ServiceActionBit = 4;

    internal static void Report(ScsiCommand command)
    {
        LogicalUnit logicalUnit = command.LogicalUnit!;
        Span<byte> data = stackalloc byte[TimestampData.Length];
        logicalUnit.Clock.Read(logicalUnit.ModePages.ScsiPrecedence).WriteTo(data);
        command.Reply(data);
    }

    internal static void Set(ScsiCommand command)
    {
        LogicalUnit logicalUnit = command.LogicalUnit!;
        if (!logicalUnit.ModePages.ScsiPrecedence)
        {
            command.Fail(Sense.InvalidFieldInCdb(ServiceActionOffset, ServiceActionBit));
            return;
        }
        long length = (long)command.Descriptor!.TransferLength.Read(command.Cdb);
        // A list length of zero is no error and changes nothing.
        if (length == 0)
        {
            command.Complete();
            return;
        }
        if (!ParameterList.TryGet(command, length, out ReadOnlySpan<byte> list))
            return;
        if (!TimestampData.TryParseList(list, out ulong milliseconds, out Sense sense))
        {
            command.Fail(sense);
            return;
        }
        logicalUnit.Clock.Set(milliseconds);
        logicalUnit.EstablishUnitAttention(AdditionalSense.TimestampChanged, report: false, except: command.Nexus);
        command.Complete();
    }
}
