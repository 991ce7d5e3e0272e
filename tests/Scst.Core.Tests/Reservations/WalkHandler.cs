using System.Collections.Generic;
using System.Linq;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>A device that knows every command of the tables of <see cref="ModelTables"/> and does nothing in them.</summary>
internal sealed class WalkHandler : ScriptedHandler
{
    // The world of the walk has a store.
    private static readonly CommandTable _core = new(
        SpcCommands.All
            .Concat(ReservationCommands.All)
            .Concat([OptionalCommands.ReportIdentifyingInformation, OptionalCommands.SetIdentifyingInformation]));

    private static readonly HashSet<byte> _withServiceActions = [0x9E, 0xA3, 0xA4, 0x83, 0x84];

    internal WalkHandler()
    {
        Description = new() { Commands = Commands, BlockLength = BlockLength, BlockCount = 8 };
        OnExecute = command =>
        {
            if (Holds?.Invoke(command) == true)
                Held.Add(command);
            else
                command.Complete();
        };
    }

    private static IReadOnlyList<CommandDescriptor> Commands { get; } =
    [
        .. ModelTables.All
            .Where(row => _core.Find(row.Cdb) is null)
            .GroupBy(row => (Code: row.Cdb[0], Action: _withServiceActions.Contains(row.Cdb[0]) ? row.Cdb[1] & 0x1F : -1))
            .Select(group => Make(group.Key.Code, group.Key.Action, [.. group])),
    ];

    internal override void Finish(ScsiCommand command) => command.Complete();

    private static CommandDescriptor Make(byte code, int action, (string Name, byte[] Cdb, bool[] Columns, bool WhenLost)[] rows)
    {
        // Of two rows the one with a condition says what is allowed.
        ReservationRule rule = rows.Select(row => ReservationRules.Find(row.Cdb)!).OrderByDescending(found => found.Condition.HasValue).First();
        byte[] usage = [.. Enumerable.Repeat((byte)0xFF, rows[0].Cdb.Length)];
        usage[0] = code;
        usage[^1] = 0;
        if (action >= 0)
            usage[1] = (byte)action;
        return new()
        {
            Code = (OperationCode)code,
            ServiceAction = action < 0 ? null : (ushort)action,
            Name = rows[0].Name,
            Usage = usage,
            Access = rule.Access,
            AccessCondition = rule.Condition,
        };
    }
}
