using System;
using Scst.Protocol;

namespace Scst;

/// <summary>What can be said of a CDB from the command tables alone.</summary>
internal static class CommandParser
{
    /// <summary>No parameter data of the core is longer; an ALLOCATION LENGTH may be, and must not cost memory.</summary>
    private const int LongestParameterData = 256 << 10;

    // SPC-6 4.2.3, variable length CDBs: ADDITIONAL CDB LENGTH counts what follows it, SERVICE ACTION has two bytes.
    private const int AdditionalLengthOffset = 7;
    private const int VariableHeaderLength = 8;
    private const int VariableServiceActionOffset = 8;

    /// <summary>Finds the command's table entry and checks its CDB against it (SPC-6, CDB usage data).</summary>
    /// <returns>False if the command fails; it then knows why.</returns>
    internal static bool TryDescribe(ScsiCommand command, CommandTable table)
    {
        if (command.TaskAttribute == TaskAttribute.Aca)
        {
            // No ACA condition exists (SAM-6 8.8.5, ACA tasks).
            command.SetFailure(Sense.IllegalRequest(AdditionalSense.InvalidMessageError));
            return false;
        }
        CommandDescriptor? descriptor = table.Find(command.Cdb);
        if (descriptor is null)
        {
            command.SetFailure(Unknown(command, table));
            return false;
        }
        command.Descriptor = descriptor;
        if (command.Cdb.Length < descriptor.CdbLength)
        {
            command.SetFailure(Sense.IllegalRequest(AdditionalSense.InvalidFieldInCommandInformationUnit));
            return false;
        }
        if (descriptor.Code == OperationCode.VariableLength && command.Cdb[AdditionalLengthOffset] != descriptor.CdbLength - VariableHeaderLength)
        {
            command.SetFailure(Sense.InvalidFieldInCdb(AdditionalLengthOffset));
            return false;
        }
        command.CutCdb(descriptor.CdbLength);
        if (CommandTable.TryCheckReserved(descriptor, command.Cdb, out Sense sense))
            return true;
        command.SetFailure(sense);
        return false;
    }

    /// <summary>Parses a command of the core: the table says it all.</summary>
    internal static void ParsePrimary(ScsiCommand command)
    {
        CommandDescriptor descriptor = command.Descriptor!;
        if (descriptor.Unit != TransferUnit.Bytes)
            return;
        long length = (long)descriptor.TransferLength.Read(command.Cdb);
        if (descriptor.Direction == DataDirection.FromInitiator && length > descriptor.LongestParameterList)
        {
            command.SetFailure(Sense.IllegalRequest(AdditionalSense.ParameterListLengthError));
            return;
        }
        if (descriptor.Direction == DataDirection.ToInitiator)
            length = Math.Min(length, Math.Min(LongestParameterData, command.Session.Engine.Options.MaxTransferBytes));
        command.SetTransfer(descriptor.Direction, length);
    }

    /// <summary>An unknown operation code, or an unknown service action of a known one (SPC-6 4.3.3.2).</summary>
    private static Sense Unknown(ScsiCommand command, CommandTable table)
    {
        if (!table.UsesServiceActions(command.Cdb[0]))
            return Sense.IllegalRequest(AdditionalSense.InvalidCommandOperationCode);
        return command.Cdb[0] == (byte)OperationCode.VariableLength
            ? Sense.InvalidFieldInCdb(VariableServiceActionOffset)
            : Sense.InvalidFieldInCdb(1, 4);
    }
}
