using System.Collections.Generic;

namespace Scst.Tests.Simulation.Reservations;

/// <summary>A session, and what it is still to be told.</summary>
internal sealed class FencedSession(Session session, NexusId nexus)
{
    internal Session Session { get; } = session;

    internal NexusId Nexus { get; } = nexus;

    /// <summary>Whether the logical unit knows the nexus for certain, so that it can be told anything.</summary>
    internal bool IsKnown { get; set; }

    internal bool IsClosing { get; set; }

    /// <summary>Unit attention conditions of reservations that are due: ASC and ASCQ.</summary>
    internal HashSet<int> Due { get; } = [];

    /// <summary>Those that it got since the PERSISTENT RESERVE OUT that is under way was sent: it may tell before it answers.</summary>
    internal HashSet<int> Told { get; } = [];
}
