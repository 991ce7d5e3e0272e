using System;
using NUnit.Framework;

namespace Scst.Tests.FlowControl;

/// <summary>The depth that keeps the mean time of commands at a target.</summary>
[TestFixture]
internal sealed class LatencyTargetPolicyTests
{
    private static readonly LatencyTargetPolicy _policy = new(TimeSpan.FromMilliseconds(20));

    [TestCase(64, 20, 64)]
    [TestCase(64, 25, 52)]
    [TestCase(64, 40, 32)]
    [TestCase(64, 4000, 32)]
    [TestCase(64, 10, 72)]
    [TestCase(64, 16, 66)]
    [TestCase(64, 1, 72)]
    [TestCase(1, 10, 2)]
    [TestCase(1, 11, 1)]
    [TestCase(1, 4000, 1)]
    [TestCase(127, 1, 128)]
    public void The_depth_follows_the_quotient_of_the_target_and_the_mean(int depth, int milliseconds, int expected) =>
        Assert.That(_policy.Decide(Round(depth, milliseconds)).Depth, Is.EqualTo(expected));

    [Test]
    public void It_waits_for_a_whole_round_of_commands()
    {
        QueueDepthFigures figures = Round(64, 40) with { EndedOfRound = 63 };
        Assert.That(_policy.Decide(figures), Is.EqualTo(new QueueDepthDecision(64, QueueDepthReason.Steady)));
        figures = Round(2, 40) with { EndedOfRound = 15 };
        Assert.That(_policy.Decide(figures), Is.EqualTo(new QueueDepthDecision(2, QueueDepthReason.Steady)));
        figures = figures with { EndedOfRound = 16 };
        Assert.That(_policy.Decide(figures), Is.EqualTo(new QueueDepthDecision(1, QueueDepthReason.AboveTarget, EndsRound: true)));
    }

    [Test]
    public void A_depth_that_is_not_used_does_not_grow()
    {
        Assert.That(_policy.Decide(Round(64, 1) with { MostAdmittedOfRound = 31 }).Depth, Is.EqualTo(64));
        Assert.That(_policy.Decide(Round(64, 1) with { MostAdmittedOfRound = 32 }).Depth, Is.EqualTo(72));
    }

    [Test]
    public void A_target_that_the_store_cannot_meet_is_taken_as_twice_its_shortest_time()
    {
        TimeSpan shortest = TimeSpan.FromMilliseconds(50);
        Assert.That(_policy.Decide(Round(64, 100) with { Shortest = shortest }).Depth, Is.EqualTo(64));
        Assert.That(_policy.Decide(Round(64, 200) with { Shortest = shortest }).Depth, Is.EqualTo(32));
    }

    [Test]
    public void A_command_near_its_timeout_halves_the_depth_before_the_round_is_over()
    {
        QueueDepthFigures figures = Round(64, 1) with { EndedOfRound = 0, WorstOfRound = FlowFigures.TimeOf(6.1) };
        Assert.That(_policy.Decide(figures), Is.EqualTo(new QueueDepthDecision(32, QueueDepthReason.NearTimeout, EndsRound: true)));
    }

    [Test]
    public void Of_any_figures_it_makes_a_depth_in_its_range() => FlowFigures.ForAll(static figures =>
        _policy.Decide(figures).Depth is var depth && depth >= 1 && depth <= figures.MaxDepth);

    [Test]
    public void It_lowers_the_depth_only_for_commands_that_took_too_long_and_raises_it_only_for_others() => FlowFigures.ForAll(static figures =>
    {
        QueueDepthDecision decision = _policy.Decide(figures);
        TimeSpan allowed = TimeSpan.FromTicks(Math.Max(_policy.Target.Ticks, 2 * figures.Shortest.Ticks));
        bool isNear = figures.WorstOfRound.IsAbove(5);
        return (decision.Depth >= figures.Depth || isNear || figures.MeanOfRound > allowed)
            && (decision.Depth <= figures.Depth || (!isNear && figures.MeanOfRound < allowed))
            && decision.Depth >= figures.Depth / 2;
    });

    [Test]
    public void A_longer_time_never_makes_the_depth_larger() => FlowFigures.ForAll(static figures =>
    {
        QueueDepthFigures worse = figures with { MeanOfRound = figures.MeanOfRound + figures.MeanOfRound + TimeSpan.FromTicks(1) };
        return _policy.Decide(worse).Depth <= _policy.Decide(figures).Depth;
    });

    [Test]
    public void A_larger_depth_never_becomes_the_smaller_one() => FlowFigures.ForAll(static figures =>
    {
        // Both at the end of a round in which all of the depth was used.
        QueueDepthFigures smaller = figures with { EndedOfRound = 1_000_000, MostAdmittedOfRound = figures.MaxDepth * 2 };
        QueueDepthFigures larger = smaller with { Depth = smaller.Depth + 1, MaxDepth = smaller.MaxDepth + 1 };
        return _policy.Decide(larger).Depth >= _policy.Decide(smaller).Depth;
    });

    [Test]
    public void What_it_is_made_with_is_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new LatencyTargetPolicy(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new LatencyTargetPolicy(TimeSpan.FromHours(1.1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = _policy with { LeastSlack = 0.9 });
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = _policy with { LeastSlack = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = _policy with { MinimumSamples = 0 });
    }

    private static QueueDepthFigures Round(int depth, int milliseconds) => new()
    {
        Depth = depth,
        MaxDepth = 128,
        EndedOfRound = 1000,
        MeanOfRound = TimeSpan.FromMilliseconds(milliseconds),
        Shortest = TimeSpan.FromMilliseconds(1),
        MostAdmittedOfRound = depth,
    };
}
