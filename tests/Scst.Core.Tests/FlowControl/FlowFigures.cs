using System;
using FsCheck;
using FsCheck.Fluent;

namespace Scst.Tests.FlowControl;

/// <summary>Figures as a logical unit may have them, of any kind.</summary>
internal static class FlowFigures
{
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static Gen<CommandTime> Times { get; } = Gen.OneOf(
        // Around the thresholds of a timeout of 1000 ticks, and anything.
        Gen.Choose(90, 210).Select(static ticks => new CommandTime(TimeSpan.FromTicks(ticks), TimeSpan.FromTicks(1000))),
        Gen.Choose(0, 100_000).Zip(Gen.Choose(0, 100), static (elapsed, timeout) =>
            new CommandTime(TimeSpan.FromMilliseconds(elapsed), TimeSpan.FromSeconds(timeout))));

    /// <summary>Any figures whose depth is in its range.</summary>
    internal static Arbitrary<QueueDepthFigures> Any { get; } = (
        from max in Gen.OneOf(Gen.Choose(1, 8), Gen.Choose(1, 65535))
        from depth in Gen.Choose(1, max)
        from since in Gen.Choose(0, 600)
        from worst in Times
        from worstOfRound in Times
        from ended in Gen.OneOf(Gen.Choose(0, 40), Gen.Choose(0, 1_000_000))
        from mean in Gen.Choose(0, 200_000)
        from shortest in Gen.Choose(0, 200_000)
        from most in Gen.Choose(0, max * 2)
        select new QueueDepthFigures
        {
            Depth = depth,
            MaxDepth = max,
            SinceDecision = TimeSpan.FromSeconds(since),
            Worst = worst,
            WorstOfRound = worstOfRound,
            EndedOfRound = ended,
            MeanOfRound = ended == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(mean * 10L),
            Shortest = TimeSpan.FromTicks(shortest * 10L),
            MostAdmittedOfRound = most,
        }).ToArbitrary();

    internal static void ForAll(Func<QueueDepthFigures, bool> property) =>
        Prop.ForAll(Any, property).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    internal static CommandTime TimeOf(double seconds) => new(TimeSpan.FromSeconds(seconds), Timeout);
}
