using System;
using System.Linq;

namespace Scst.Tests.FlowControl.Simulation;

/// <summary>Scenarios by their seeds: 1 to 64 initiators with 32 to 128 commands each, on every kind of store.</summary>
internal static class FlowScenarios
{
    internal static readonly TimeSpan SlowFrom = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan SlowUntil = SlowFrom + TimeSpan.FromMinutes(10);
    internal static readonly TimeSpan StallFrom = TimeSpan.FromSeconds(40);

    /// <summary>
    /// For ten minutes the store is twenty times slower. The largest depth takes half of a timeout then, what the initiators would
    /// send takes at least two.
    /// </summary>
    internal static FlowScenario SlowPhase(int seed) => Overloaded(seed, wholeDepth: 15.0 / 20, shareOfDemand: 4) with
    {
        Slowness = new Slowness(SlowFrom, SlowUntil, 1.0 / 20),
    };

    /// <summary>The store does nothing for 10 to 20 seconds. The largest depth takes 3 s otherwise, all that is sent takes over 20 s.</summary>
    internal static FlowScenario Stall(int seed) => Overloaded(seed, wholeDepth: 3, shareOfDemand: 7) with
    {
        Slowness = new Slowness(StallFrom, StallFrom + Seconds(10 + (new Random(seed).NextDouble() * 10)), 0),
    };

    /// <summary>The largest depth takes more than a fifth of a timeout, and less than all of it.</summary>
    internal static FlowScenario Steady(int seed)
    {
        var random = new Random(seed);
        int max = random.Next(200, 320);
        int servers = 1 << random.Next(3);
        int initiators = 1 << (seed % 7);
        return new FlowScenario
        {
            Seed = seed,
            Kind = KindOf(seed),
            Service = Seconds((5 + (random.NextDouble() * 13)) * ServersOf(seed, servers) / max),
            Servers = ServersOf(seed, servers),
            Depths = Equal(initiators, Math.Max(random.Next(32, 129), 320 / initiators)),
            MaxDepth = max,
        };
    }

    /// <summary>A store with milliseconds to command, and more to do than it can.</summary>
    internal static FlowScenario Fast(int seed)
    {
        var random = new Random(seed);
        int initiators = 4 << (seed % 4);
        return new FlowScenario
        {
            Seed = seed,
            Kind = (seed & 1) == 0 ? StoreKind.Constant : StoreKind.Exponential,
            Service = Seconds(0.005 + (random.NextDouble() * 0.02)),
            Servers = 1 << random.Next(3),
            Depths = Equal(initiators, random.Next(64, 129)),
            MaxDepth = 256,
            Tick = Seconds(0.1),
        };
    }

    internal static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static FlowScenario Overloaded(int seed, double wholeDepth, int shareOfDemand)
    {
        var random = new Random(seed);
        int initiators = 1 << (seed % 7);
        int[] depths = [.. Enumerable.Range(0, initiators).Select(_ => random.Next(32, 129))];
        int max = Math.Min(128, depths.Sum() / shareOfDemand);
        return new FlowScenario
        {
            Seed = seed,
            Kind = KindOf(seed),
            Service = Seconds(wholeDepth / max),
            Depths = depths,
            MaxDepth = max,
        };
    }

    private static StoreKind KindOf(int seed) => (StoreKind)(seed % 3);

    private static int ServersOf(int seed, int servers) => KindOf(seed) == StoreKind.Disk ? 1 : servers;

    private static int[] Equal(int initiators, int depth) => [.. Enumerable.Repeat(depth, initiators)];
}
