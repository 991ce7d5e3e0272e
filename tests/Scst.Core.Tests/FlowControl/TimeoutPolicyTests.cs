using System;
using NUnit.Framework;

namespace Scst.Tests.FlowControl;

/// <summary>The rule: above a fifth of the timeout half the depth, below a tenth one more in each recovery period.</summary>
[TestFixture]
internal sealed class TimeoutPolicyTests
{
    private static readonly TimeoutPolicy _policy = new() { RecoveryPeriod = TimeSpan.FromSeconds(300) };

    [TestCase(6.0000001, 64, 32)]
    [TestCase(6.0000001, 63, 31)]
    [TestCase(6.0000001, 2, 1)]
    [TestCase(6.0000001, 1, 1)]
    [TestCase(1000, 64, 32)]
    [TestCase(6, 64, 64)]
    [TestCase(3, 64, 64)]
    [TestCase(2.9999999, 64, 65)]
    [TestCase(2.9999999, 127, 128)]
    [TestCase(2.9999999, 128, 128)]
    [TestCase(0, 1, 2)]
    public void The_thresholds_are_a_fifth_and_a_tenth_of_the_timeout_to_the_tick(double seconds, int depth, int expected)
    {
        CommandTime worst = FlowFigures.TimeOf(seconds);
        var figures = new QueueDepthFigures
        {
            Depth = depth,
            MaxDepth = 128,
            SinceDecision = TimeSpan.FromSeconds(300),
            Worst = worst,
            WorstOfRound = worst,
        };
        Assert.That(_policy.Decide(figures).Depth, Is.EqualTo(expected));
    }

    [Test]
    public void It_recovers_not_before_the_recovery_period_is_over()
    {
        var figures = new QueueDepthFigures { Depth = 5, MaxDepth = 9, SinceDecision = TimeSpan.FromSeconds(300) - TimeSpan.FromTicks(1) };
        Assert.That(_policy.Decide(figures), Is.EqualTo(new QueueDepthDecision(5, QueueDepthReason.Steady)));
        figures = figures with { SinceDecision = TimeSpan.FromSeconds(300) };
        Assert.That(_policy.Decide(figures), Is.EqualTo(new QueueDepthDecision(6, QueueDepthReason.FarFromTimeout)));
    }

    [Test]
    public void Commands_that_were_queued_at_the_last_cut_keep_it_from_recovering_and_do_not_cut_again()
    {
        var figures = new QueueDepthFigures
        {
            Depth = 5,
            MaxDepth = 9,
            SinceDecision = TimeSpan.FromHours(1),
            Worst = FlowFigures.TimeOf(29),
            WorstOfRound = FlowFigures.TimeOf(1),
        };
        Assert.That(_policy.Decide(figures), Is.EqualTo(new QueueDepthDecision(5, QueueDepthReason.Steady)));
    }

    [Test]
    public void A_command_without_a_timeout_is_never_near_to_it()
    {
        var endless = new CommandTime(TimeSpan.FromDays(1), TimeSpan.Zero);
        var figures = new QueueDepthFigures { Depth = 5, MaxDepth = 9, Worst = endless, WorstOfRound = endless };
        Assert.That(_policy.Decide(figures).Depth, Is.EqualTo(5));
    }

    [Test]
    public void Of_any_figures_it_makes_a_depth_in_its_range() => FlowFigures.ForAll(static figures =>
        _policy.Decide(figures).Depth is var depth && depth >= 1 && depth <= figures.MaxDepth);

    [Test]
    public void It_says_why_and_ends_the_round_only_when_it_cuts() => FlowFigures.ForAll(static figures =>
    {
        QueueDepthDecision decision = _policy.Decide(figures);
        bool cuts = figures.WorstOfRound.IsAbove(5);
        return decision.EndsRound == cuts
            && (decision.Reason == QueueDepthReason.NearTimeout) == cuts
            && (decision.Reason == QueueDepthReason.FarFromTimeout) == (decision.Depth > figures.Depth)
            && (decision.Depth >= figures.Depth || cuts);
    });

    [Test]
    public void A_longer_time_never_makes_the_depth_larger() => FlowFigures.ForAll(static figures =>
    {
        QueueDepthFigures worse = figures with { Worst = Longer(figures.Worst), WorstOfRound = Longer(figures.WorstOfRound) };
        return _policy.Decide(worse).Depth <= _policy.Decide(figures).Depth;
    });

    [Test]
    public void A_larger_depth_never_becomes_the_smaller_one() => FlowFigures.ForAll(static figures =>
    {
        QueueDepthFigures larger = figures with { Depth = figures.Depth + 1, MaxDepth = figures.MaxDepth + 1 };
        return _policy.Decide(larger).Depth >= _policy.Decide(figures).Depth;
    });

    [Test]
    public void A_recovery_period_is_a_millisecond_to_a_day()
    {
        Assert.That(new TimeoutPolicy().RecoveryPeriod, Is.EqualTo(TimeSpan.FromMinutes(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new TimeoutPolicy { RecoveryPeriod = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new TimeoutPolicy { RecoveryPeriod = TimeSpan.FromDays(1.01) });
    }

    private static CommandTime Longer(CommandTime time) => time with { Elapsed = time.Elapsed + time.Elapsed + TimeSpan.FromTicks(1) };
}
