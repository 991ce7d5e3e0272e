using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>What a device is: the immutable part of what a handler says of itself when it is attached.</summary>
public sealed record DeviceDescription
{
    /// <summary>The peripheral device type of INQUIRY (SPC-6 standard INQUIRY data).</summary>
    public PeripheralDeviceType DeviceType { get; init; } = PeripheralDeviceType.DirectAccessBlock;

    /// <summary>The commands that the handler parses and executes, beside those of the core.</summary>
    public required IReadOnlyList<CommandDescriptor> Commands { get; init; }

    /// <summary>
    /// Whether the medium can be removed (RMB bit). The core then has PREVENT ALLOW MEDIUM REMOVAL, and
    /// <see cref="LogicalUnit.IsMediumRemovalPrevented"/> says what came of it.
    /// </summary>
    public bool IsRemovable { get; init; }

    /// <summary>
    /// Whether the core keeps persistent reservations for the device. False for one that passes commands through to a device that
    /// others reach too: PERSISTENT RESERVE IN and OUT then end in ILLEGAL REQUEST, INVALID COMMAND OPERATION CODE.
    /// </summary>
    public bool HasPersistentReservations { get; init; } = true;

    /// <summary>Whether no initiator may change the medium; commands that write end in DATA PROTECT, WRITE PROTECTED.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>
    /// The handler's mode pages; the core adds the control mode pages (0Ah and 0Ah/01h) itself. Those with PS one can be saved if
    /// the engine has a state store (<see cref="ScsiEngineOptions.StateStore"/>); the core then keeps their saved values.
    /// </summary>
    public IReadOnlyList<ModePage> ModePages { get; init; } = [];

    /// <summary>The DPOFUA bit of the mode parameter header (SBC-5): DPO and FUA are honoured.</summary>
    public bool SupportsForceUnitAccess { get; init; }

    /// <summary>Whether the cache is volatile and may be on: V_SUP of the extended INQUIRY page (SPC-6).</summary>
    public bool HasVolatileCache { get; init; }

    /// <summary>Logical block length in bytes for the mode parameter block descriptor; 0 for a device without blocks.</summary>
    public int BlockLength { get; init; }

    /// <summary>Number of logical blocks for the mode parameter block descriptor.</summary>
    public ulong BlockCount { get; init; }

    /// <summary>Version descriptors of the device type's standards for the standard INQUIRY data (SPC-6), e.g. SBC.</summary>
    public IReadOnlyList<ushort> VersionDescriptors { get; init; } = [];
}
