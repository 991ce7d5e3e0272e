using System;

namespace Scst.Tests.FlowControl.Simulation;

/// <summary>What an application wants; it may take several commands.</summary>
internal sealed class FlowRequest
{
    /// <summary>When it was first sent.</summary>
    internal TimeSpan? Began { get; set; }

    internal required int Block { get; init; }

    internal int Retries { get; set; }
}
