using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>
/// The commands of a disk (SBC-5). A bit that is zero in a usage map is refused by the core: RDPROTECT, WRPROTECT and VRPROTECT
/// (there is no protection information), RARC, the obsolete FUA_NV, SYNC_NV, PMI and RelAdr, LOEJ (the medium cannot be removed) and the
/// power conditions.
/// </summary>
internal static class DiskCommands
{
    private const uint Nominal = 1;
    private const uint Recommended = 60;

    // A verification or a flush may take as long as it takes to read or write all of the medium.
    private const uint RecommendedLong = 600;

    private const CommandFlags Reads = CommandFlags.AccessesMedium;
    private const CommandFlags Writes = CommandFlags.AccessesMedium | CommandFlags.WritesMedium;

    // SBC-5, commands allowed in the presence of various reservations.
    private const ReservationAccess ReadAccess = ReservationAccess.AllowedUnderWriteExclusive;

    /// <summary>Those that every disk has.</summary>
    private static IReadOnlyList<DiskCommand> Common { get; } =
    [
        Blocks(DiskAction.Read, OperationCode.Read6, "READ(6)"),
        Blocks(DiskAction.Read, OperationCode.Read10, "READ(10)", 0x18),
        Blocks(DiskAction.Read, OperationCode.Read12, "READ(12)", 0x18),
        Blocks(DiskAction.Read, OperationCode.Read16, "READ(16)", 0x18),
        Blocks(DiskAction.Write, OperationCode.Write6, "WRITE(6)"),
        Blocks(DiskAction.Write, OperationCode.Write10, "WRITE(10)", 0x18),
        Blocks(DiskAction.Write, OperationCode.Write12, "WRITE(12)", 0x18),
        Blocks(DiskAction.Write, OperationCode.Write16, "WRITE(16)", 0x18),
        Blocks(DiskAction.WriteAndVerify, OperationCode.WriteAndVerify10, "WRITE AND VERIFY(10)", 0x12),
        Blocks(DiskAction.WriteAndVerify, OperationCode.WriteAndVerify12, "WRITE AND VERIFY(12)", 0x12),
        Blocks(DiskAction.WriteAndVerify, OperationCode.WriteAndVerify16, "WRITE AND VERIFY(16)", 0x12),
        Blocks(DiskAction.Verify, OperationCode.Verify10, "VERIFY(10)", 0x16),
        Blocks(DiskAction.Verify, OperationCode.Verify12, "VERIFY(12)", 0x16),
        Blocks(DiskAction.Verify, OperationCode.Verify16, "VERIFY(16)", 0x16),
        Blocks(DiskAction.SynchronizeCache, OperationCode.SynchronizeCache10, "SYNCHRONIZE CACHE(10)", 0x02),
        Blocks(DiskAction.SynchronizeCache, OperationCode.SynchronizeCache16, "SYNCHRONIZE CACHE(16)", 0x02),
        Blocks(DiskAction.PreFetch, OperationCode.PreFetch10, "PRE-FETCH(10)", 0x02),
        Blocks(DiskAction.PreFetch, OperationCode.PreFetch16, "PRE-FETCH(16)", 0x02),
        new(DiskAction.ReadCapacity, new CommandDescriptor
        {
            Code = OperationCode.ReadCapacity10,
            Name = "READ CAPACITY(10)",
            Usage = new byte[] { 0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
            Direction = DataDirection.ToInitiator,
            Flags = CommandFlags.AllowedWhenStopped | CommandFlags.AllowedInStandby,
            Access = ReservationAccess.Always,
            NominalTimeoutSeconds = Nominal,
            RecommendedTimeoutSeconds = Recommended,
        }),
        new(DiskAction.ReadCapacity, new CommandDescriptor
        {
            Code = OperationCode.ServiceActionIn16,
            ServiceAction = 0x10,
            Name = "READ CAPACITY(16)",
            Usage = new byte[] { 0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0 },
            Direction = DataDirection.ToInitiator,
            TransferLength = new(10, 4),
            Unit = TransferUnit.Bytes,
            Flags = CommandFlags.AllowedWhenStopped | CommandFlags.AllowedInStandby,
            Access = ReservationAccess.Always,
            NominalTimeoutSeconds = Nominal,
            RecommendedTimeoutSeconds = Recommended,
        }),
        new(DiskAction.StartStopUnit, new CommandDescriptor
        {
            Code = OperationCode.StartStopUnit,
            Name = "START STOP UNIT",
            Usage = new byte[] { 0x1B, 0x01, 0, 0, 0x05, 0 },
            Flags = CommandFlags.AllowedWhenStopped,
            // START one and POWER CONDITION zero: whoever finds a disk stopped may start it.
            Access = ReservationAccess.Always,
            AccessCondition = new(4, 0xF1, 0x01),
            NominalTimeoutSeconds = Nominal,
            RecommendedTimeoutSeconds = RecommendedLong,
        }),
        ReadDefectData(OperationCode.ReadDefectData10, "READ DEFECT DATA(10)", [0x37, 0, 0x1F, 0, 0, 0, 0, 0xFF, 0xFF, 0], new(7, 2)),
        ReadDefectData(
            OperationCode.ReadDefectData12,
            "READ DEFECT DATA(12)",
            [0xB7, 0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0],
            new(6, 4)),
        .. AtomicCommands.All,
    ];

    /// <summary>Those of a thick disk.</summary>
    internal static IReadOnlyList<DiskCommand> Thick { get; } = [.. Common, .. ProvisioningCommands.Thick];

    /// <summary>Those of a thin disk: all that there are.</summary>
    internal static IReadOnlyList<DiskCommand> Thin { get; } = [.. Common, .. ProvisioningCommands.Thin];

    private static readonly IReadOnlyList<CommandDescriptor> _thick = [.. Thick.Select(command => command.Descriptor)];
    private static readonly IReadOnlyList<CommandDescriptor> _thin = [.. Thin.Select(command => command.Descriptor)];

    /// <summary>What the core must know of them.</summary>
    internal static IReadOnlyList<CommandDescriptor> Descriptors(bool isThin) => isThin ? _thin : _thick;

    /// <summary>Those that a disk offers.</summary>
    internal static IReadOnlyList<CommandDescriptor> Of(DiskMedium medium)
    {
        IReadOnlyList<CommandDescriptor> all = Descriptors(medium.IsThin);
        return medium.Atomic is not null ? all : [.. all.Where(command => command.Code != OperationCode.WriteAtomic16)];
    }

    /// <param name="action">What to do.</param>
    /// <param name="code">OPERATION CODE; its group tells the length of the CDB.</param>
    /// <param name="name">The standard's name.</param>
    /// <param name="options">The bits of byte 1 that are looked at.</param>
    private static DiskCommand Blocks(DiskAction action, OperationCode code, string name, byte options = 0)
    {
        bool isLong = action is DiskAction.Verify or DiskAction.WriteAndVerify or DiskAction.SynchronizeCache;
        byte[] usage = UsageOf(code, options);
        CommandFlags sixByte = usage.Length == 6 ? CommandFlags.ZeroTransferLengthIs256 : CommandFlags.None;
        return new DiskCommand(action, new CommandDescriptor
        {
            Code = code,
            Name = name,
            Usage = usage,
            Direction = action switch
            {
                DiskAction.Read => DataDirection.ToInitiator,
                DiskAction.SynchronizeCache or DiskAction.PreFetch => DataDirection.None,
                _ => DataDirection.FromInitiator,
            },
            TransferLength = usage.Length switch { 6 => new(4, 1), 10 => new(7, 2), 12 => new(6, 4), _ => new(10, 4) },
            Unit = action is DiskAction.Verify or DiskAction.SynchronizeCache or DiskAction.PreFetch ? TransferUnit.None : TransferUnit.Blocks,
            Lba = usage.Length switch { 6 => new(1, 3), 16 => new(2, 8), _ => new(2, 4) },
            Flags = sixByte | (action is DiskAction.Write or DiskAction.WriteAndVerify ? Writes : Reads),
            Access = action is DiskAction.Read or DiskAction.Verify or DiskAction.PreFetch ? ReadAccess : ReservationAccess.None,
            NominalTimeoutSeconds = Nominal,
            RecommendedTimeoutSeconds = isLong ? RecommendedLong : Recommended,
        });
    }

    private static DiskCommand ReadDefectData(OperationCode code, string name, byte[] usage, CdbField length) =>
        new(DiskAction.ReadDefectData, new CommandDescriptor
        {
            Code = code,
            Name = name,
            Usage = usage,
            Direction = DataDirection.ToInitiator,
            TransferLength = length,
            Unit = TransferUnit.Bytes,
            Flags = Reads,
            Access = ReadAccess,
            NominalTimeoutSeconds = Nominal,
            RecommendedTimeoutSeconds = Recommended,
        });

    // SBC-5: READ(6) has 21 bits of address, one byte of length and no options; the others have options, address, length, and
    // GROUP NUMBER in six bits.
    private static byte[] UsageOf(OperationCode code, byte options) => ((byte)code >> 5) switch
    {
        0 => [(byte)code, 0x1F, 0xFF, 0xFF, 0xFF, 0],
        1 => [(byte)code, options, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F, 0xFF, 0xFF, 0],
        5 => [(byte)code, options, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F, 0],
        _ => [(byte)code, options, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F, 0],
    };
}
