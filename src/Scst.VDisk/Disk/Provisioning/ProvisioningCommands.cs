using System.Collections.Generic;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>
/// WRITE SAME, and what only a thin disk has: its UNMAP bit, UNMAP and GET LBA STATUS (SBC-5). A bit that is zero in a usage map is
/// refused by the core: ANCHOR (there are no anchored blocks), WRPROTECT, the obsolete PBDATA and LBDATA, UNMAP on a thick disk,
/// REPORT TYPE and ELEMENT IDENTIFIER. The tags of WRITE SAME(32) are accepted, and ignored as there is no protection information.
/// </summary>
internal static class ProvisioningCommands
{
    private const uint Nominal = 1;
    private const uint Recommended = 60;
    private const uint RecommendedLong = 600;
    private const byte UnmapBit = 0x08;
    private const byte NoDataOutBit = 0x01;

    private const CommandFlags Writes = CommandFlags.AccessesMedium | CommandFlags.WritesMedium;

    /// <summary>Those of a thick disk.</summary>
    internal static IReadOnlyList<DiskCommand> Thick { get; } =
    [
        WriteSame10(options: 0),
        WriteSame16(NoDataOutBit),
        WriteSame32(NoDataOutBit),
    ];

    /// <summary>Those of a thin disk.</summary>
    internal static IReadOnlyList<DiskCommand> Thin { get; } =
    [
        WriteSame10(UnmapBit),
        WriteSame16(UnmapBit | NoDataOutBit),
        WriteSame32(UnmapBit | NoDataOutBit),
        new(DiskAction.Unmap, new CommandDescriptor
        {
            Code = OperationCode.Unmap,
            Name = "UNMAP",
            Usage = new byte[] { 0x42, 0, 0, 0, 0, 0, 0x3F, 0xFF, 0xFF, 0 },
            Direction = DataDirection.FromInitiator,
            TransferLength = new(7, 2),
            Unit = TransferUnit.Bytes,
            Flags = Writes,
            Access = ReservationAccess.None,
            NominalTimeoutSeconds = Nominal,
            RecommendedTimeoutSeconds = RecommendedLong,
        }),
        new(DiskAction.GetLbaStatus, new CommandDescriptor
        {
            Code = OperationCode.ServiceActionIn16,
            ServiceAction = 0x12,
            Name = "GET LBA STATUS(16)",
            Usage = new byte[] { 0x9E, 0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0 },
            Direction = DataDirection.ToInitiator,
            TransferLength = new(10, 4),
            Unit = TransferUnit.Bytes,
            Lba = new(2, 8),
            Flags = CommandFlags.AccessesMedium,
            Access = ReservationAccess.AllowedUnderWriteExclusive,
            NominalTimeoutSeconds = Nominal,
            RecommendedTimeoutSeconds = Recommended,
        }),
        new(DiskAction.GetLbaStatus, new CommandDescriptor
        {
            Code = OperationCode.VariableLength,
            ServiceAction = 0x0012,
            Name = "GET LBA STATUS(32)",
            Usage = new byte[]
            {
                0x7F, 0, 0, 0, 0, 0, 0, 0x18, 0x00, 0x12, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
                0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
            },
            Direction = DataDirection.ToInitiator,
            TransferLength = new(28, 4),
            Unit = TransferUnit.Bytes,
            Lba = new(12, 8),
            Flags = CommandFlags.AccessesMedium,
            Access = ReservationAccess.AllowedUnderWriteExclusive,
            NominalTimeoutSeconds = Nominal,
            RecommendedTimeoutSeconds = Recommended,
        }),
    ];

    private static DiskCommand WriteSame10(byte options) => WriteSame(
        "WRITE SAME(10)", OperationCode.WriteSame10, null, [0x41, options, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F, 0xFF, 0xFF, 0], new(2, 4), new(7, 2));

    private static DiskCommand WriteSame16(byte options) => WriteSame(
        "WRITE SAME(16)",
        OperationCode.WriteSame16,
        null,
        [0x93, options, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F, 0],
        new(2, 8),
        new(10, 4));

    private static DiskCommand WriteSame32(byte options) => WriteSame(
        "WRITE SAME(32)",
        OperationCode.VariableLength,
        0x000D,
        [
            0x7F, 0, 0, 0, 0, 0, 0x3F, 0x18, 0x00, 0x0D, options, 0, 0xFF, 0xFF, 0xFF, 0xFF,
            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        ],
        new(12, 8),
        new(28, 4));

    private static DiskCommand WriteSame(string name, OperationCode code, ushort? serviceAction, byte[] usage, CdbField lba, CdbField blocks) =>
        new(DiskAction.WriteSame, new CommandDescriptor
        {
            Code = code,
            ServiceAction = serviceAction,
            Name = name,
            Usage = usage,
            Direction = DataDirection.FromInitiator,
            // The number of blocks that are written; one is transferred, or none.
            TransferLength = blocks,
            Unit = TransferUnit.None,
            Lba = lba,
            Flags = Writes,
            Access = ReservationAccess.None,
            NominalTimeoutSeconds = Nominal,
            RecommendedTimeoutSeconds = RecommendedLong,
        });
}
