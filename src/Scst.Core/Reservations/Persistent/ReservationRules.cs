using System;
using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// Which commands a persistent reservation lets through: the tables of SPC-6 and SBC-5, as data. A command descriptor says
/// the same of its command in <see cref="CommandDescriptor.Access"/>; tests hold the descriptors to these rows.
/// </summary>
internal static class ReservationRules
{
    private const string Spc = "SPC-6, commands that are allowed in the presence of various reservations";
    private const string Sbc = "SBC-5, commands that are allowed in the presence of various reservations";

    private const ReservationAccess Conflict = ReservationAccess.None;
    private const ReservationAccess Reading = ReservationAccess.AllowedUnderWriteExclusive;
    private const ReservationAccess Allowed = Reading | ReservationAccess.AllowedUnderExclusiveAccess;

    // START STOP UNIT: START one and POWER CONDITION zero.
    private static readonly CdbCondition _start = new(4, 0xF1, 0x01);

    // PREVENT ALLOW MEDIUM REMOVAL: PREVENT zero.
    private static readonly CdbCondition _allow = new(4, 0x03, 0x00);

    /// <summary>All rows. Of two rows for one command the one with a condition comes first.</summary>
    internal static IReadOnlyList<ReservationRule> All { get; } =
    [
        new(OperationCode.AccessControlIn, null, "ACCESS CONTROL IN", Allowed, Spc),
        new(OperationCode.AccessControlOut, null, "ACCESS CONTROL OUT", Allowed, Spc),
        new(OperationCode.MaintenanceOut, 0x0B, "CHANGE ALIASES", Conflict, Spc),
        new(OperationCode.ThirdPartyCopyOut, 0x1C, "COPY OPERATION ABORT", Conflict, Spc),
        new(OperationCode.ThirdPartyCopyOut, 0x01, "EXTENDED COPY", Conflict, Spc),
        new(OperationCode.ThirdPartyCopyOut, 0x00, "EXTENDED COPY(LID1)", Conflict, Spc),
        new(OperationCode.Inquiry, null, "INQUIRY", Allowed, Spc) { IsAllowedWhenLost = true },
        new(OperationCode.LogSelect, null, "LOG SELECT", Conflict, Spc),
        new(OperationCode.LogSense, null, "LOG SENSE", Allowed, Spc) { IsAllowedWhenLost = true },
        new(OperationCode.MaintenanceIn, 0x10, "MANAGEMENT PROTOCOL IN", Reading, Spc),
        new(OperationCode.MaintenanceOut, 0x10, "MANAGEMENT PROTOCOL OUT", Conflict, Spc),
        new(OperationCode.ModeSelect6, null, "MODE SELECT(6)", Conflict, Spc),
        new(OperationCode.ModeSelect10, null, "MODE SELECT(10)", Conflict, Spc),
        new(OperationCode.ModeSense6, null, "MODE SENSE(6)", Reading, Spc),
        new(OperationCode.ModeSense10, null, "MODE SENSE(10)", Reading, Spc),
        new(OperationCode.PersistentReserveIn, null, "PERSISTENT RESERVE IN", Allowed, Spc),
        // Let through to its own table, see PersistentReserveOutRule.
        new(OperationCode.PersistentReserveOut, null, "PERSISTENT RESERVE OUT", Allowed, Spc),
        new(OperationCode.ReadAttribute, null, "READ ATTRIBUTE", Reading, Spc),
        new(OperationCode.ReadBuffer10, null, "READ BUFFER(10)", Reading, Spc) { IsAllowedWhenLost = true },
        new((OperationCode)0x9B, null, "READ BUFFER(16)", Reading, Spc) { IsAllowedWhenLost = true },
        new(OperationCode.ServiceActionIn12, 0x01, "READ MEDIA SERIAL NUMBER", Allowed, Spc),
        new(OperationCode.VariableLength, 0x1800, "RECEIVE CREDENTIAL", Conflict, Spc),
        new(OperationCode.ThirdPartyCopyIn, 0x06, "RECEIVE COPY DATA", Allowed, Spc),
        new(OperationCode.ThirdPartyCopyIn, 0x01, "RECEIVE COPY DATA(LID1)", Allowed, Spc),
        new(OperationCode.ThirdPartyCopyIn, 0x03, "RECEIVE COPY OPERATING PARAMETERS", Allowed, Spc),
        new(OperationCode.ThirdPartyCopyIn, 0x04, "RECEIVE COPY FAILURE DETAILS(LID1)", Allowed, Spc),
        new(OperationCode.ThirdPartyCopyIn, 0x05, "RECEIVE COPY STATUS", Allowed, Spc),
        new(OperationCode.ThirdPartyCopyIn, 0x00, "RECEIVE COPY STATUS(LID1)", Allowed, Spc),
        new(OperationCode.ThirdPartyCopyIn, 0x07, "RECEIVE ROD TOKEN INFORMATION", Allowed, Spc),
        new(OperationCode.ReceiveDiagnosticResults, null, "RECEIVE DIAGNOSTIC RESULTS", Reading, Spc),
        // Whoever has part in the reservation gets GOOD without effect, all others conflict, see Spc2Compatibility.
        new(OperationCode.Release6, null, "RELEASE(6)", Conflict, Spc),
        new(OperationCode.Release10, null, "RELEASE(10)", Conflict, Spc),
        new(OperationCode.MaintenanceOut, 0x0C, "REMOVE I_T NEXUS", Conflict, Spc),
        new(OperationCode.MaintenanceIn, 0x0B, "REPORT ALIASES", Allowed, Spc),
        new(OperationCode.ThirdPartyCopyIn, 0x08, "REPORT ALL ROD TOKENS", Allowed, Spc),
        new(OperationCode.MaintenanceIn, 0x05, "REPORT IDENTIFYING INFORMATION", Allowed, Spc),
        new(OperationCode.ReportLuns, null, "REPORT LUNS", Allowed, Spc) { IsAllowedWhenLost = true },
        new(OperationCode.MaintenanceIn, 0x0E, "REPORT PRIORITY", Allowed, Spc),
        new(OperationCode.MaintenanceIn, 0x0C, "REPORT SUPPORTED OPERATION CODES", Reading, Spc),
        new(OperationCode.MaintenanceIn, 0x0D, "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", Reading, Spc),
        new(OperationCode.MaintenanceIn, 0x0A, "REPORT TARGET PORT GROUPS", Allowed, Spc) { IsAllowedWhenLost = true },
        new(OperationCode.MaintenanceIn, 0x0F, "REPORT TIMESTAMP", Allowed, Spc),
        new(OperationCode.RequestSense, null, "REQUEST SENSE", Allowed, Spc) { IsAllowedWhenLost = true },
        new(OperationCode.Reserve6, null, "RESERVE(6)", Conflict, Spc),
        new(OperationCode.Reserve10, null, "RESERVE(10)", Conflict, Spc),
        new(OperationCode.SecurityProtocolIn, null, "SECURITY PROTOCOL IN", Reading, Spc),
        new(OperationCode.SecurityProtocolOut, null, "SECURITY PROTOCOL OUT", Conflict, Spc),
        new(OperationCode.SendDiagnostic, null, "SEND DIAGNOSTIC", Conflict, Spc),
        new(OperationCode.MaintenanceOut, 0x06, "SET IDENTIFYING INFORMATION", Conflict, Spc),
        new(OperationCode.MaintenanceOut, 0x0E, "SET PRIORITY", Conflict, Spc),
        new(OperationCode.MaintenanceOut, 0x0A, "SET TARGET PORT GROUPS", Conflict, Spc),
        new(OperationCode.MaintenanceOut, 0x0F, "SET TIMESTAMP", Conflict, Spc),
        new(OperationCode.TestUnitReady, null, "TEST UNIT READY", Allowed, Spc),
        new(OperationCode.WriteAttribute, null, "WRITE ATTRIBUTE", Conflict, Spc),
        new(OperationCode.WriteBuffer, null, "WRITE BUFFER", Conflict, Spc) { IsAllowedWhenLost = true },

        new(OperationCode.ServiceActionIn16, 0x15, "BACKGROUND CONTROL", Conflict, Sbc),
        new(OperationCode.CompareAndWrite, null, "COMPARE AND WRITE", Conflict, Sbc),
        new(OperationCode.FormatUnit, null, "FORMAT UNIT", Conflict, Sbc),
        new((OperationCode)0x38, null, "FORMAT WITH PRESET", Conflict, Sbc),
        new(OperationCode.ServiceActionIn16, 0x12, "GET LBA STATUS(16)", Reading, Sbc),
        new(OperationCode.VariableLength, 0x0012, "GET LBA STATUS(32)", Reading, Sbc),
        new(OperationCode.ServiceActionIn16, 0x17, "GET PHYSICAL ELEMENT STATUS", Reading, Sbc),
        new(OperationCode.ServiceActionIn16, 0x16, "GET STREAM STATUS", Reading, Sbc),
        new(OperationCode.OrWrite16, null, "ORWRITE(16)", Conflict, Sbc),
        new(OperationCode.VariableLength, 0x000E, "ORWRITE(32)", Conflict, Sbc),
        new(OperationCode.ThirdPartyCopyOut, 0x10, "POPULATE TOKEN", Reading, Sbc),
        new(OperationCode.PreFetch10, null, "PRE-FETCH(10)", Reading, Sbc),
        new(OperationCode.PreFetch16, null, "PRE-FETCH(16)", Reading, Sbc),
        new(OperationCode.PreventAllowMediumRemoval, null, "PREVENT ALLOW MEDIUM REMOVAL (allow)", Allowed, Sbc) { Condition = _allow },
        new(OperationCode.PreventAllowMediumRemoval, null, "PREVENT ALLOW MEDIUM REMOVAL (prevent)", Conflict, Sbc),
        new(OperationCode.Read6, null, "READ(6)", Reading, Sbc),
        new(OperationCode.Read10, null, "READ(10)", Reading, Sbc),
        new(OperationCode.Read12, null, "READ(12)", Reading, Sbc),
        new(OperationCode.Read16, null, "READ(16)", Reading, Sbc),
        new(OperationCode.VariableLength, 0x0009, "READ(32)", Reading, Sbc),
        new(OperationCode.ReadCapacity10, null, "READ CAPACITY(10)", Allowed, Sbc),
        new(OperationCode.ServiceActionIn16, 0x10, "READ CAPACITY(16)", Allowed, Sbc),
        new(OperationCode.ReadDefectData10, null, "READ DEFECT DATA(10)", Reading, Sbc),
        new(OperationCode.ReadDefectData12, null, "READ DEFECT DATA(12)", Reading, Sbc),
        new(OperationCode.ReassignBlocks, null, "REASSIGN BLOCKS", Conflict, Sbc),
        new(OperationCode.ServiceActionIn16, 0x18, "REMOVE ELEMENT AND TRUNCATE", Conflict, Sbc),
        new(OperationCode.MaintenanceIn, 0x1D, "REPORT PROVISIONING INITIALIZATION PATTERN", Allowed, Sbc),
        new(OperationCode.ServiceActionIn16, 0x13, "REPORT REFERRALS", Allowed, Sbc),
        new(OperationCode.ServiceActionIn16, 0x19, "RESTORE ELEMENTS AND REBUILD", Conflict, Sbc),
        new(OperationCode.Sanitize, null, "SANITIZE", Conflict, Sbc),
        new(OperationCode.StartStopUnit, null, "START STOP UNIT (start)", Allowed, Sbc) { Condition = _start, IsAllowedWhenLost = true },
        new(OperationCode.StartStopUnit, null, "START STOP UNIT (other)", Conflict, Sbc),
        new(OperationCode.ServiceActionIn16, 0x14, "STREAM CONTROL", Conflict, Sbc),
        new(OperationCode.SynchronizeCache10, null, "SYNCHRONIZE CACHE(10)", Conflict, Sbc),
        new(OperationCode.SynchronizeCache16, null, "SYNCHRONIZE CACHE(16)", Conflict, Sbc),
        new(OperationCode.Unmap, null, "UNMAP", Conflict, Sbc),
        new(OperationCode.Verify10, null, "VERIFY(10)", Reading, Sbc),
        new(OperationCode.Verify12, null, "VERIFY(12)", Reading, Sbc),
        new(OperationCode.Verify16, null, "VERIFY(16)", Reading, Sbc),
        new(OperationCode.VariableLength, 0x000A, "VERIFY(32)", Reading, Sbc),
        new(OperationCode.Write6, null, "WRITE(6)", Conflict, Sbc),
        new(OperationCode.Write10, null, "WRITE(10)", Conflict, Sbc),
        new(OperationCode.Write12, null, "WRITE(12)", Conflict, Sbc),
        new(OperationCode.Write16, null, "WRITE(16)", Conflict, Sbc),
        new(OperationCode.VariableLength, 0x000B, "WRITE(32)", Conflict, Sbc),
        new(OperationCode.WriteAndVerify10, null, "WRITE AND VERIFY(10)", Conflict, Sbc),
        new(OperationCode.WriteAndVerify12, null, "WRITE AND VERIFY(12)", Conflict, Sbc),
        new(OperationCode.WriteAndVerify16, null, "WRITE AND VERIFY(16)", Conflict, Sbc),
        new(OperationCode.VariableLength, 0x000C, "WRITE AND VERIFY(32)", Conflict, Sbc),
        new(OperationCode.WriteAtomic16, null, "WRITE ATOMIC(16)", Conflict, Sbc),
        new(OperationCode.VariableLength, 0x000F, "WRITE ATOMIC(32)", Conflict, Sbc),
        new(OperationCode.WriteLong10, null, "WRITE LONG(10)", Conflict, Sbc),
        new(OperationCode.ServiceActionOut16, 0x11, "WRITE LONG(16)", Conflict, Sbc),
        new(OperationCode.WriteSame10, null, "WRITE SAME(10)", Conflict, Sbc),
        new(OperationCode.WriteSame16, null, "WRITE SAME(16)", Conflict, Sbc),
        new(OperationCode.VariableLength, 0x000D, "WRITE SAME(32)", Conflict, Sbc),
        new(OperationCode.ServiceActionOut16, 0x12, "WRITE SCATTERED(16)", Conflict, Sbc),
        new(OperationCode.VariableLength, 0x0011, "WRITE SCATTERED(32)", Conflict, Sbc),
        new((OperationCode)0x9A, null, "WRITE STREAM(16)", Conflict, Sbc),
        new(OperationCode.VariableLength, 0x0010, "WRITE STREAM(32)", Conflict, Sbc),
        new(OperationCode.ThirdPartyCopyOut, 0x11, "WRITE USING TOKEN", Conflict, Sbc),
    ];

    /// <summary>Finds the row of a CDB; <see langword="null"/> if the tables have none.</summary>
    internal static ReservationRule? Find(ReadOnlySpan<byte> cdb)
    {
        foreach (ReservationRule rule in All)
        {
            if (rule.IsFor(cdb))
                return rule;
        }
        return null;
    }

    /// <summary>Whether a reservation lets a command through. Takes constant time and allocates nothing.</summary>
    /// <param name="required">What <see cref="PersistentReservationState.RequiredOf"/> says of the nexus.</param>
    /// <param name="command">The command.</param>
    /// <param name="cdb">Its CDB.</param>
    internal static bool Allows(ReservationAccess required, CommandDescriptor command, ReadOnlySpan<byte> cdb) =>
        required == ReservationAccess.None || (command.AccessOf(cdb) & required) != 0;

    /// <summary>What the persistent reservations make of a command.</summary>
    /// <param name="state">The state of the reservations.</param>
    /// <param name="nexus">The I_T nexus of the command.</param>
    /// <param name="command">The command.</param>
    /// <param name="cdb">Its CDB.</param>
    internal static ReservationVerdict Check(
        PersistentReservationState state, NexusId nexus, CommandDescriptor command, ReadOnlySpan<byte> cdb)
    {
        if (state.IsLost)
            return IsAllowedWhenLost(cdb) ? ReservationVerdict.Allowed : ReservationVerdict.InformationLost;
        return Allows(state.RequiredOf(nexus), command, cdb) ? ReservationVerdict.Allowed : ReservationVerdict.Conflict;
    }

    /// <summary>
    /// SPC-6, recoverable loss of persistent reservation information. PERSISTENT RESERVE OUT is let through for its REPLACE
    /// LOST RESERVATION.
    /// </summary>
    internal static bool IsAllowedWhenLost(ReadOnlySpan<byte> cdb) =>
        Find(cdb) is { } rule
        && (rule.IsAllowedWhenLost
            || (rule.Code == OperationCode.PersistentReserveOut
                && new PersistentReserveOutCdb(cdb).ServiceAction == PersistentReserveOutServiceAction.ReplaceLostReservation));
}
