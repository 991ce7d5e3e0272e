using System.Linq;
using Scst.Protocol;

namespace Scst;

/// <summary>The commands that the core executes for every logical unit, and those for one that has what they need.</summary>
internal static class PrimaryCommands
{
    static PrimaryCommands()
    {
        foreach (CommandDescriptor command in SpcCommands.All.Concat(OptionalCommands.All).Concat(ReservationCommands.All))
            command.IsPrimary = true;
        Table = new CommandTable(SpcCommands.All);
    }

    internal static CommandTable Table { get; }

    /// <summary>The commands of a logical unit: the core's and its handler's.</summary>
    /// <exception cref="System.ArgumentException">The handler claims a command of the core, or one twice.</exception>
    internal static CommandTable With(LogicalUnit logicalUnit) => new(
        SpcCommands.All
            .Concat(logicalUnit.Description.HasPersistentReservations ? ReservationCommands.All : [])
            .Concat(OptionalCommands.All.Where(command => IsFor(logicalUnit, command)))
            .Concat(logicalUnit.Description.Commands));

    private static bool IsFor(LogicalUnit logicalUnit, CommandDescriptor command) => command.Code switch
    {
        OperationCode.SendDiagnostic => logicalUnit.Handler is ISelfTestHandler,
        OperationCode.PreventAllowMediumRemoval => logicalUnit.Description.IsRemovable,
        _ => logicalUnit.Engine.Options.StateStore is not null,
    };
}
