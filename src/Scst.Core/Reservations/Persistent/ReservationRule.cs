using System;
using Scst.Protocol;

namespace Scst;

/// <summary>One row of the standards' tables of commands that are allowed in the presence of various reservations.</summary>
/// <param name="Code">OPERATION CODE.</param>
/// <param name="ServiceAction">SERVICE ACTION, or <see langword="null"/>: all of them, or none there.</param>
/// <param name="Command">The command as the table names it.</param>
/// <param name="Access">
/// What is allowed to an I_T nexus that has no part in the persistent reservation. Who has part in it may do everything.
/// </param>
/// <param name="Source">The table.</param>
internal sealed record ReservationRule(
    OperationCode Code, ushort? ServiceAction, string Command, ReservationAccess Access, string Source)
{
    /// <summary>The CDBs that the row is for, where a command has two rows; <see langword="null"/>: all.</summary>
    internal CdbCondition? Condition { get; init; }

    /// <summary>
    /// Allowed while persistent reservation information is lost (SPC-6, nonvolatile memory considerations for preserving
    /// persistent reservations and registrations).
    /// </summary>
    internal bool IsAllowedWhenLost { get; init; }

    /// <summary>Whether the row is for a CDB.</summary>
    internal bool IsFor(ReadOnlySpan<byte> cdb)
    {
        if (cdb.IsEmpty || cdb[0] != (byte)Code || (Condition is { } condition && !condition.IsMet(cdb)))
            return false;
        if (ServiceAction is not { } action)
            return true;
        return Code == OperationCode.VariableLength
            ? cdb.Length >= 10 && (cdb[8] << 8 | cdb[9]) == action
            : cdb.Length >= 2 && (cdb[1] & 0x1F) == action;
    }
}
