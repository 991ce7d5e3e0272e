using System.Collections.Generic;

namespace Scst.Protocol;

/// <summary>PERSISTENT RESERVE IN and PERSISTENT RESERVE OUT, service action by service action (SPC-6).</summary>
public static class ReservationCommands
{
    private const uint Nominal = 1;
    private const uint Recommended = 60;

    // SPC-6, commands allowed in the presence of various reservations: who has no part in a reservation may ask, and what it may do
    // is decided by service action. Under a RESERVE nobody may (SPC-2 5.5.1).
    private const ReservationAccess Access = ReservationAccess.AllowedUnderWriteExclusive | ReservationAccess.AllowedUnderExclusiveAccess;

    private const CommandFlags Flags = CommandFlags.AllowedWhenStopped | CommandFlags.AllowedInStandby;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CommandDescriptor> All { get; } =
    [
        In(PersistentReserveInServiceAction.ReadKeys, "READ KEYS"),
        In(PersistentReserveInServiceAction.ReadReservation, "READ RESERVATION"),
        In(PersistentReserveInServiceAction.ReportCapabilities, "REPORT CAPABILITIES"),
        In(PersistentReserveInServiceAction.ReadFullStatus, "READ FULL STATUS"),
        Out(PersistentReserveOutServiceAction.Register, "REGISTER"),
        Out(PersistentReserveOutServiceAction.Reserve, "RESERVE"),
        Out(PersistentReserveOutServiceAction.Release, "RELEASE"),
        Out(PersistentReserveOutServiceAction.Clear, "CLEAR"),
        Out(PersistentReserveOutServiceAction.Preempt, "PREEMPT"),
        Out(PersistentReserveOutServiceAction.PreemptAndAbort, "PREEMPT AND ABORT"),
        Out(PersistentReserveOutServiceAction.RegisterAndIgnoreExistingKey, "REGISTER AND IGNORE EXISTING KEY"),
        Out(PersistentReserveOutServiceAction.RegisterAndMove, "REGISTER AND MOVE"),
        Out(PersistentReserveOutServiceAction.ReplaceLostReservation, "REPLACE LOST RESERVATION"),
    ];

    private static CommandDescriptor In(PersistentReserveInServiceAction action, string name) => new()
    {
        Code = OperationCode.PersistentReserveIn,
        ServiceAction = (byte)action,
        Name = $"PERSISTENT RESERVE IN, {name}",
        Usage = new byte[] { 0x5E, (byte)action, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0 },
        Direction = DataDirection.ToInitiator,
        TransferLength = new(7, 2),
        Unit = TransferUnit.Bytes,
        Flags = Flags,
        Access = Access,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };

    private static CommandDescriptor Out(PersistentReserveOutServiceAction action, string name) => new()
    {
        Code = OperationCode.PersistentReserveOut,
        ServiceAction = (byte)action,
        Name = $"PERSISTENT RESERVE OUT, {name}",
        Usage = new byte[] { 0x5F, (byte)action, 0xFF, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0 },
        Direction = DataDirection.FromInitiator,
        TransferLength = new(5, 4),
        Unit = TransferUnit.Bytes,
        LongestParameterList = PersistentReserveOutCdb.MaxParameterListLength,
        Flags = Flags,
        Access = Access,
        NominalTimeoutSeconds = Nominal,
        RecommendedTimeoutSeconds = Recommended,
    };
}
