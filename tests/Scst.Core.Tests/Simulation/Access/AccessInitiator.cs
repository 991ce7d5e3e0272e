using System.Collections.Generic;
using System.Threading.Tasks;

namespace Scst.Tests.Simulation.Access;

/// <summary>One initiator: what it may see, what it has under way, and what it knows of its blocks.</summary>
internal sealed class AccessInitiator
{
    internal required int Number { get; init; }

    internal string Name => $"initiator{Number}";

    internal Session? Session { get; set; }

    internal Task? Closing { get; set; }

    internal Session? ClosingSession { get; set; }

    /// <summary>The group that it belongs to; null for the default one, which maps nothing.</summary>
    internal string? Group { get; set; }

    /// <summary>What its LUNs are now.</summary>
    internal Dictionary<int, AccessLine> Lines { get; } = [];

    /// <summary>What its LUNs have been since the session was opened, the ones that are there too.</summary>
    internal List<(int Lun, AccessLine Line)> History { get; } = [];

    /// <summary>At most one command for each LUN.</summary>
    internal Dictionary<int, AccessCommand> Running { get; } = [];

    /// <summary>The byte that each block of its own was last filled with for certain; absent if that is not known.</summary>
    internal Dictionary<(int Unit, int Lun), byte> Known { get; } = [];

    internal int InventoryChanges { get; set; }

    internal int InventoryReports { get; set; }

    internal int LastInventoryChange { get; set; }

    /// <summary>When the last command was submitted that reported a change of the inventory, and when it was answered.</summary>
    internal (int Submitted, int Answered) LastReport { get; set; }
}
