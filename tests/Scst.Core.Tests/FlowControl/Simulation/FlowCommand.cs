using System;

namespace Scst.Tests.FlowControl.Simulation;

/// <summary>One command as it was sent once.</summary>
internal sealed class FlowCommand
{
    internal required LinuxInitiator Initiator { get; init; }

    internal required FlowRequest Request { get; init; }

    internal required TimeSpan Sent { get; init; }

    /// <summary>When it was let in.</summary>
    internal TimeSpan Admitted { get; set; }

    /// <summary>When the target began to wait for data-out; it has not begun or is over while this is null.</summary>
    internal TimeSpan? WaitsForDataSince { get; set; }

    /// <summary>Whether the target has lent the place of this command, which waits for data, to others.</summary>
    internal bool IsSuspended { get; set; }

    internal bool IsInStore { get; set; }

    /// <summary>The initiator has its status, or has given it up.</summary>
    internal bool IsOver { get; set; }

    /// <summary>An abort waits for the command to end.</summary>
    internal Action? Aborted { get; set; }
}
