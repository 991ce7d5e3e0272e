using System.Collections.Generic;

namespace Scst.Protocol;

/// <summary>The commands that the core runs itself for every logical unit (SPC-6; RESERVE and RELEASE: SPC-2).</summary>
public static class SpcCommands
{
    private const uint Nominal = 1;
    private const uint Recommended = 60;

    /// <summary>What stands behind the timestamp is not looked at, so that there need not be room for megabytes of it.</summary>
    private const int LongestTimestampList = 4096;

    private const CommandFlags Anytime = CommandFlags.AllowedWhenStopped | CommandFlags.AllowedInStandby
        | CommandFlags.AllowedInUnavailable | CommandFlags.AllowedInTransition;

    private const CommandFlags Discovery = CommandFlags.ImplicitHeadOfQueue | CommandFlags.SkipsUnitAttention | Anytime;

    private const CommandFlags Mode = CommandFlags.AllowedWhenStopped | CommandFlags.AllowedInStandby;

    /// <summary>TEST UNIT READY.</summary>
    public static CommandDescriptor TestUnitReady { get; } = new()
    {
        Code = OperationCode.TestUnitReady,
        Name = "TEST UNIT READY",
        Usage = new byte[] { 0x00, 0, 0, 0, 0, 0 },
        Access = ReservationAccess.AllowedUnderWriteExclusive | ReservationAccess.AllowedUnderExclusiveAccess,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>REQUEST SENSE.</summary>
    public static CommandDescriptor RequestSense { get; } = new()
    {
        Code = OperationCode.RequestSense,
        Name = "REQUEST SENSE",
        Usage = new byte[] { 0x03, 0x01, 0, 0, 0xFF, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(4, 1),
        Unit = TransferUnit.Bytes,
        Flags = Discovery,
        Access = ReservationAccess.Always,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>INQUIRY.</summary>
    public static CommandDescriptor Inquiry { get; } = new()
    {
        Code = OperationCode.Inquiry,
        Name = "INQUIRY",
        Usage = new byte[] { 0x12, 0x01, 0xFF, 0xFF, 0xFF, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(3, 2),
        Unit = TransferUnit.Bytes,
        Flags = Discovery,
        Access = ReservationAccess.Always,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>MODE SELECT(6).</summary>
    public static CommandDescriptor ModeSelect6 { get; } = new()
    {
        Code = OperationCode.ModeSelect6,
        Name = "MODE SELECT(6)",
        Usage = new byte[] { 0x15, 0x11, 0, 0, 0xFF, 0 },
        Direction = DataDirection.FromInitiator,
        TransferLength = new(4, 1),
        Unit = TransferUnit.Bytes,
        Flags = Mode,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>MODE SELECT(10).</summary>
    public static CommandDescriptor ModeSelect10 { get; } = new()
    {
        Code = OperationCode.ModeSelect10,
        Name = "MODE SELECT(10)",
        Usage = new byte[] { 0x55, 0x11, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0 },
        Direction = DataDirection.FromInitiator,
        TransferLength = new(7, 2),
        Unit = TransferUnit.Bytes,
        Flags = Mode,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>MODE SENSE(6).</summary>
    public static CommandDescriptor ModeSense6 { get; } = new()
    {
        Code = OperationCode.ModeSense6,
        Name = "MODE SENSE(6)",
        Usage = new byte[] { 0x1A, 0x08, 0xFF, 0xFF, 0xFF, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(4, 1),
        Unit = TransferUnit.Bytes,
        Flags = Mode,
        Access = ReservationAccess.AllowedUnderWriteExclusive,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>MODE SENSE(10).</summary>
    public static CommandDescriptor ModeSense10 { get; } = new()
    {
        Code = OperationCode.ModeSense10,
        Name = "MODE SENSE(10)",
        Usage = new byte[] { 0x5A, 0x18, 0xFF, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(7, 2),
        Unit = TransferUnit.Bytes,
        Flags = Mode,
        Access = ReservationAccess.AllowedUnderWriteExclusive,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>RESERVE(6), of the whole logical unit only.</summary>
    public static CommandDescriptor Reserve6 { get; } = new()
    {
        Code = OperationCode.Reserve6,
        Name = "RESERVE(6)",
        Usage = new byte[] { 0x16, 0, 0, 0, 0, 0 },
        Flags = CommandFlags.AllowedWhenStopped,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>RESERVE(10), of the whole logical unit and for the I_T nexus itself only.</summary>
    public static CommandDescriptor Reserve10 { get; } = new()
    {
        Code = OperationCode.Reserve10,
        Name = "RESERVE(10)",
        Usage = new byte[] { 0x56, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
        Flags = CommandFlags.AllowedWhenStopped,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>RELEASE(6). From an I_T nexus without the reservation it does nothing and ends in GOOD (SPC-2).</summary>
    public static CommandDescriptor Release6 { get; } = new()
    {
        Code = OperationCode.Release6,
        Name = "RELEASE(6)",
        Usage = new byte[] { 0x17, 0, 0, 0, 0, 0 },
        Flags = CommandFlags.AllowedWhenStopped,
        Access = ReservationAccess.AllowedUnderReserve,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>RELEASE(10). From an I_T nexus without the reservation it does nothing and ends in GOOD (SPC-2).</summary>
    public static CommandDescriptor Release10 { get; } = new()
    {
        Code = OperationCode.Release10,
        Name = "RELEASE(10)",
        Usage = new byte[] { 0x57, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
        Flags = CommandFlags.AllowedWhenStopped,
        Access = ReservationAccess.AllowedUnderReserve,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>REPORT LUNS.</summary>
    public static CommandDescriptor ReportLuns { get; } = new()
    {
        Code = OperationCode.ReportLuns,
        Name = "REPORT LUNS",
        Usage = new byte[] { 0xA0, 0, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(6, 4),
        Unit = TransferUnit.Bytes,
        Flags = Discovery,
        Access = ReservationAccess.Always,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>REPORT SUPPORTED OPERATION CODES, service action 0Ch of MAINTENANCE IN.</summary>
    public static CommandDescriptor ReportSupportedOperationCodes { get; } = new()
    {
        Code = OperationCode.MaintenanceIn,
        ServiceAction = 0x0C,
        Name = "REPORT SUPPORTED OPERATION CODES",
        Usage = new byte[] { 0xA3, 0x0C, 0x87, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(6, 4),
        Unit = TransferUnit.Bytes,
        Flags = CommandFlags.AllowedWhenStopped,
        Access = ReservationAccess.AllowedUnderWriteExclusive,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS, service action 0Dh of MAINTENANCE IN.</summary>
    public static CommandDescriptor ReportSupportedTaskManagementFunctions { get; } = new()
    {
        Code = OperationCode.MaintenanceIn,
        ServiceAction = 0x0D,
        Name = "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
        Usage = new byte[] { 0xA3, 0x0D, 0x80, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(6, 4),
        Unit = TransferUnit.Bytes,
        Flags = CommandFlags.AllowedWhenStopped,
        Access = ReservationAccess.AllowedUnderWriteExclusive,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>LOG SELECT. Nothing is saved (SP).</summary>
    public static CommandDescriptor LogSelect { get; } = new()
    {
        Code = OperationCode.LogSelect,
        Name = "LOG SELECT",
        Usage = new byte[] { 0x4C, 0x02, 0xFF, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0 },
        Direction = DataDirection.FromInitiator,
        TransferLength = new(7, 2),
        Unit = TransferUnit.Bytes,
        Flags = Mode,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>LOG SENSE. Nothing is saved (SP).</summary>
    public static CommandDescriptor LogSense { get; } = new()
    {
        Code = OperationCode.LogSense,
        Name = "LOG SENSE",
        Usage = new byte[] { 0x4D, 0, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(7, 2),
        Unit = TransferUnit.Bytes,
        Flags = Mode,
        Access = ReservationAccess.Always,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>READ BUFFER(10).</summary>
    public static CommandDescriptor ReadBuffer10 { get; } = new()
    {
        Code = OperationCode.ReadBuffer10,
        Name = "READ BUFFER(10)",
        Usage = new byte[] { 0x3C, 0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(6, 3),
        Unit = TransferUnit.Bytes,
        Flags = Mode,
        Access = ReservationAccess.AllowedUnderWriteExclusive,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>WRITE BUFFER.</summary>
    public static CommandDescriptor WriteBuffer { get; } = new()
    {
        Code = OperationCode.WriteBuffer,
        Name = "WRITE BUFFER",
        Usage = new byte[] { 0x3B, 0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0 },
        Direction = DataDirection.FromInitiator,
        TransferLength = new(6, 3),
        Unit = TransferUnit.Bytes,
        Flags = Mode,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>RECEIVE DIAGNOSTIC RESULTS.</summary>
    public static CommandDescriptor ReceiveDiagnosticResults { get; } = new()
    {
        Code = OperationCode.ReceiveDiagnosticResults,
        Name = "RECEIVE DIAGNOSTIC RESULTS",
        Usage = new byte[] { 0x1C, 0x01, 0xFF, 0xFF, 0xFF, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(3, 2),
        Unit = TransferUnit.Bytes,
        Flags = Mode,
        Access = ReservationAccess.AllowedUnderWriteExclusive,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>REPORT PRIORITY, service action 0Eh of MAINTENANCE IN.</summary>
    public static CommandDescriptor ReportPriority { get; } = new()
    {
        Code = OperationCode.MaintenanceIn,
        ServiceAction = 0x0E,
        Name = "REPORT PRIORITY",
        Usage = new byte[] { 0xA3, 0x0E, 0xC0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(6, 4),
        Unit = TransferUnit.Bytes,
        Flags = CommandFlags.AllowedWhenStopped,
        Access = ReservationAccess.AllowedUnderWriteExclusive | ReservationAccess.AllowedUnderExclusiveAccess,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>REPORT TIMESTAMP, service action 0Fh of MAINTENANCE IN.</summary>
    public static CommandDescriptor ReportTimestamp { get; } = new()
    {
        Code = OperationCode.MaintenanceIn,
        ServiceAction = 0x0F,
        Name = "REPORT TIMESTAMP",
        Usage = new byte[] { 0xA3, 0x0F, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(6, 4),
        Unit = TransferUnit.Bytes,
        Flags = CommandFlags.AllowedWhenStopped,
        Access = ReservationAccess.AllowedUnderWriteExclusive | ReservationAccess.AllowedUnderExclusiveAccess,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>SET TIMESTAMP, service action 0Fh of MAINTENANCE OUT.</summary>
    public static CommandDescriptor SetTimestamp { get; } = new()
    {
        Code = OperationCode.MaintenanceOut,
        ServiceAction = 0x0F,
        Name = "SET TIMESTAMP",
        Usage = new byte[] { 0xA4, 0x0F, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0 },
        Direction = DataDirection.FromInitiator,
        TransferLength = new(6, 4),
        Unit = TransferUnit.Bytes,
        LongestParameterList = LongestTimestampList,
        Flags = CommandFlags.AllowedWhenStopped,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CommandDescriptor> All { get; } =
    [
        TestUnitReady, RequestSense, Inquiry, ModeSelect6, ModeSelect10, ModeSense6, ModeSense10, Reserve6, Reserve10, Release6,
        Release10, ReportLuns, ReportSupportedOperationCodes, ReportSupportedTaskManagementFunctions, LogSelect, LogSense,
        ReadBuffer10, WriteBuffer, ReceiveDiagnosticResults, ReportPriority, ReportTimestamp, SetTimestamp,
    ];
}
