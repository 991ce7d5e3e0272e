using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Scst.Protocol;

namespace Scst.Testing;

/// <summary>A command with any values in the fields that it has.</summary>
/// <param name="Command">The command.</param>
/// <param name="Cdb">Its CDB; no reserved bit is set.</param>
/// <param name="Direction">Which way the initiator expects data to move.</param>
/// <param name="Length">How many bytes it expects.</param>
/// <param name="Attribute">Task attribute.</param>
internal sealed record HandlerStep(CommandDescriptor Command, byte[] Cdb, DataDirection Direction, int Length, TaskAttribute Attribute)
{
    internal static Arbitrary<HandlerStep[]> Scripts(CommandDescriptor[] commands)
    {
        // Mostly zeros: a field of eight random bytes would be out of every range.
        Gen<byte> octets = Gen.Frequency(
            (6, Gen.Constant((byte)0)),
            (2, Gen.Choose(0, 8).Select(value => (byte)value)),
            (1, Gen.Choose(0, 255).Select(value => (byte)value)));
        Gen<HandlerStep> steps =
            from command in Gen.Elements(commands)
            from fields in Gen.ArrayOf(octets, command.CdbLength)
            from direction in Gen.Frequency(
                (6, Gen.Constant(command.Direction)),
                (1, Gen.Elements(DataDirection.None, DataDirection.ToInitiator, DataDirection.FromInitiator)))
            from length in Gen.Frequency((4, Gen.Choose(0, 16).Select(blocks => blocks * 512)), (1, Gen.Choose(0, 70000)))
            from attribute in Gen.Elements(TaskAttribute.Simple, TaskAttribute.Ordered, TaskAttribute.HeadOfQueue)
            select new HandlerStep(command, Fill(command, fields), direction, direction == DataDirection.None ? 0 : length, attribute);
        return steps.ArrayOf().ToArbitrary();
    }

    /// <summary>A CDB of a command with every field zero.</summary>
    internal static byte[] Empty(CommandDescriptor command) => Fill(command, new byte[command.CdbLength]);

    /// <summary>A CDB of a command with every field zero but its transfer length, which is eight blocks.</summary>
    internal static byte[] OneTransfer(CommandDescriptor command)
    {
        byte[] cdb = Empty(command);
        CdbField length = command.TransferLength;
        if (command.Unit == TransferUnit.Blocks && length.Exists)
            cdb[length.Offset + length.Width - 1] = 8;
        return cdb;
    }

    /// <summary>Which bits of byte 1, or of bytes 7 to 9 in a variable length CDB, say what command it is.</summary>
    internal static bool IsIdentity(CommandDescriptor command, int index) => index == 0
        || (command.ServiceAction is not null && (command.Code == OperationCode.VariableLength ? index is 7 or 8 or 9 : index == 1));

    private static byte[] Fill(CommandDescriptor command, byte[] fields) =>
        [.. command.Usage.ToArray().Select((usage, index) => IsIdentity(command, index) ? usage : (byte)(usage & fields[index]))];
}
