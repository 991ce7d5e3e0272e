using System;

namespace Scst.Tests.FlowControl.Simulation;

/// <summary>A store, its initiators, and how it is slow.</summary>
internal sealed record FlowScenario
{
    internal required int Seed { get; init; }

    internal StoreKind Kind { get; init; }

    /// <summary>The mean time that the store takes for one command.</summary>
    internal required TimeSpan Service { get; init; }

    /// <summary>How many commands it serves at the same time.</summary>
    internal int Servers { get; init; } = 1;

    internal Slowness Slowness { get; init; } = Slowness.None;

    /// <summary>The queue depth of each initiator.</summary>
    internal required int[] Depths { get; init; }

    /// <summary>The weight of each initiator; all have 1 if there are none.</summary>
    internal int[] Weights { get; init; } = [];

    /// <summary>How many more there are that write and never send their data.</summary>
    internal int Silent { get; init; }

    internal required int MaxDepth { get; init; }

    /// <summary>Null: there is no flow control.</summary>
    internal IQueueDepthPolicy? Policy { get; init; }

    /// <summary>Whether initiators wait for ever: what the store could do if nobody minded.</summary>
    internal bool Endless { get; init; }

    internal TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);

    internal TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);
}
