using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst;

/// <summary>The commands that the core executes for every logical unit.</summary>
internal static class PrimaryCommands
{
    static PrimaryCommands()
    {
        foreach (CommandDescriptor command in SpcCommands.All.Concat(ReservationCommands.All))
            command.IsPrimary = true;
        Table = new CommandTable(SpcCommands.All);
    }

    internal static CommandTable Table { get; }

    /// <summary>The commands of a logical unit: the core's and its handler's.</summary>
    /// <exception cref="System.ArgumentException">The handler claims a command of the core, or one twice.</exception>
    internal static CommandTable With(DeviceDescription description)
    {
        IEnumerable<CommandDescriptor> reservations = description.HasPersistentReservations ? ReservationCommands.All : [];
        return new(SpcCommands.All.Concat(reservations).Concat(description.Commands));
    }
}
