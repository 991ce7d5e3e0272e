using System.Collections.Generic;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>
/// The commands of a disk that nobody may see half done (SBC-5). There is no protection information, so WRPROTECT and ORPROTECT are zero.
/// </summary>
internal static class AtomicCommands
{
    private const uint Nominal = 1;
    private const uint Recommended = 60;

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<DiskCommand> All { get; } =
    [
        // NUMBER OF LOGICAL BLOCKS; twice as many are transferred.
        Make(DiskAction.CompareAndWrite, OperationCode.CompareAndWrite, "COMPARE AND WRITE", new(13, 1), TransferUnit.None),
        Make(DiskAction.OrWrite, OperationCode.OrWrite16, "ORWRITE(16)", new(10, 4), TransferUnit.Blocks),
        // ATOMIC BOUNDARY is zero: one write is one atomic write operation (MAXIMUM ATOMIC BOUNDARY SIZE zero).
        Make(DiskAction.WriteAtomic, OperationCode.WriteAtomic16, "WRITE ATOMIC(16)", new(12, 2), TransferUnit.Blocks),
    ];

    /// <summary>Bytes 1 to 9 of all of them are options and LOGICAL BLOCK ADDRESS, byte 14 is GROUP NUMBER.</summary>
    private static DiskCommand Make(DiskAction action, OperationCode code, string name, CdbField length, TransferUnit unit)
    {
        byte[] usage = [(byte)code, 0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0x3F, 0];
        for (int i = length.Offset; i < length.Offset + length.Width; i++)
            usage[i] = 0xFF;
        return new DiskCommand(action, new CommandDescriptor
        {
            Code = code,
            Name = name,
            Usage = usage,
            Direction = DataDirection.FromInitiator,
            TransferLength = length,
            Unit = unit,
            Lba = new(2, 8),
            Flags = CommandFlags.AccessesMedium | CommandFlags.WritesMedium,
            NominalTimeoutSeconds = Nominal,
            RecommendedTimeoutSeconds = Recommended,
        });
    }
}
