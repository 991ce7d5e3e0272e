using System.Collections.Generic;

namespace Scst.Protocol;

/// <summary>The commands that the core runs itself for a logical unit that has what they need (SPC-6, SBC-5).</summary>
public static class OptionalCommands
{
    private const uint Nominal = 1;
    private const uint Recommended = 60;

    private const CommandFlags Anytime = CommandFlags.AllowedWhenStopped | CommandFlags.AllowedInStandby;

    /// <summary>
    /// REPORT IDENTIFYING INFORMATION, service action 05h of MAINTENANCE IN, where the engine has a state store. Under RESERVE: SPC-2,
    /// REPORT DEVICE IDENTIFIER.
    /// </summary>
    public static CommandDescriptor ReportIdentifyingInformation { get; } = new()
    {
        Code = OperationCode.MaintenanceIn,
        ServiceAction = 0x05,
        Name = "REPORT IDENTIFYING INFORMATION",
        Usage = new byte[] { 0xA3, 0x05, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(6, 4),
        Unit = TransferUnit.Bytes,
        Flags = CommandFlags.AllowedWhenStopped,
        Access = ReservationAccess.Always,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>SET IDENTIFYING INFORMATION, service action 06h of MAINTENANCE OUT, where the engine has a state store.</summary>
    public static CommandDescriptor SetIdentifyingInformation { get; } = new()
    {
        Code = OperationCode.MaintenanceOut,
        ServiceAction = 0x06,
        Name = "SET IDENTIFYING INFORMATION",
        Usage = new byte[] { 0xA4, 0x06, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0 },
        Direction = DataDirection.FromInitiator,
        TransferLength = new(6, 4),
        Unit = TransferUnit.Bytes,
        Flags = CommandFlags.AllowedWhenStopped,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>
    /// SEND DIAGNOSTIC, where the handler can test itself (<see cref="ISelfTestHandler"/>): SPC-6 has no SEND DIAGNOSTIC without the
    /// default self-test. Self-tests by SELF-TEST CODE there are not.
    /// </summary>
    public static CommandDescriptor SendDiagnostic { get; } = new()
    {
        Code = OperationCode.SendDiagnostic,
        Name = "SEND DIAGNOSTIC",
        Usage = new byte[] { 0x1D, 0x17, 0, 0xFF, 0xFF, 0 },
        Direction = DataDirection.FromInitiator,
        TransferLength = new(3, 2),
        Unit = TransferUnit.Bytes,
        Flags = Anytime,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>PREVENT ALLOW MEDIUM REMOVAL, where the medium can be removed. Under RESERVE: SPC-2.</summary>
    public static CommandDescriptor PreventAllowMediumRemoval { get; } = new()
    {
        Code = OperationCode.PreventAllowMediumRemoval,
        Name = "PREVENT ALLOW MEDIUM REMOVAL",
        Usage = new byte[] { 0x1E, 0, 0, 0, 0x03, 0 },
        Flags = CommandFlags.AllowedWhenStopped,
        Access = ReservationAccess.Always,
        AccessCondition = new CdbCondition(4, 0x03, 0x00),
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CommandDescriptor> All { get; } =
        [ReportIdentifyingInformation, SetIdentifyingInformation, SendDiagnostic, PreventAllowMediumRemoval];
}
