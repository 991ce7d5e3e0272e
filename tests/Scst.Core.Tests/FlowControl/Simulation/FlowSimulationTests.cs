using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;
using Scst.Tests.Simulation;

namespace Scst.Tests.FlowControl.Simulation;

/// <summary>
/// Initiators that behave like Linux, stores of queueing theory, and virtual time. A few seeds of each; SCST_SEEDS plays more.
/// </summary>
[TestFixture]
internal sealed class FlowSimulationTests
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(5);
    private static readonly TimeoutPolicy _timeouts = new() { RecoveryPeriod = _period };

    [Test]
    public void Without_flow_control_a_slow_phase_ends_in_aborts_and_with_it_no_command_reaches_its_timeout() =>
        SeededHistories.Play(6, static seed =>
        {
            FlowScenario scenario = FlowScenarios.SlowPhase(seed);
            Assert.That(Run(scenario, FlowScenarios.SlowFrom + TimeSpan.FromSeconds(45)).Aborts, Is.Positive);
            ExpectNoTimeout(Run(scenario with { Policy = _timeouts }, FlowScenarios.SlowUntil));
            TimeSpan target = scenario.Service * scenario.MaxDepth / 2;
            ExpectNoTimeout(Run(scenario with { Policy = new LatencyTargetPolicy(target) }, FlowScenarios.SlowUntil));
        });

    [Test]
    public void Without_flow_control_a_stall_ends_in_aborts_and_with_it_no_command_reaches_its_timeout() =>
        SeededHistories.Play(6, static seed =>
        {
            FlowScenario scenario = FlowScenarios.Stall(seed);
            TimeSpan end = FlowScenarios.StallFrom + TimeSpan.FromSeconds(60);
            Assert.That(Run(scenario, end).Aborts, Is.Positive);
            ExpectNoTimeout(Run(scenario with { Policy = _timeouts }, end));
            ExpectNoTimeout(Run(scenario with { Policy = new LatencyTargetPolicy(TimeSpan.FromSeconds(1)) }, end));
        });

    [Test]
    public void After_the_slow_phase_it_is_back_after_as_many_recovery_periods_as_it_lost_steps() =>
        SeededHistories.Play(1, static seed =>
        {
            FlowScenario scenario = FlowScenarios.SlowPhase(seed) with { Policy = _timeouts };
            FlowWorld world = Run(scenario, FlowScenarios.SlowUntil);
            // What was admitted while the store was slow ends now, and the window forgets it.
            world.Run(scenario.Window * 2);
            int lost = scenario.MaxDepth - world.Target.Depth;
            Assert.That(lost, Is.GreaterThan(scenario.MaxDepth / 4));
            world.Run((_period + scenario.Tick) * (lost - 1) - (scenario.Tick * lost));
            Assert.That(world.Target.Depth, Is.LessThan(scenario.MaxDepth));
            world.Run((scenario.Tick * lost) + (_period * 2));
            Assert.That(world.Target.Depth, Is.EqualTo(scenario.MaxDepth));
            ExpectNoTimeout(world);
        });

    [Test]
    public void In_steady_load_the_store_gives_its_best_the_depth_is_right_and_equal_initiators_get_the_same() =>
        SeededHistories.Play(3, static seed =>
        {
            FlowScenario scenario = FlowScenarios.Steady(seed);
            FlowWorld best = Measure(scenario with { Endless = true });
            // Only the cuts are of interest here: how it comes back is another test's concern.
            FlowWorld world = Measure(scenario with { Policy = new TimeoutPolicy { RecoveryPeriod = TimeSpan.FromHours(1) } });
            ExpectNoTimeout(world);
            Assert.That(world.Throughput, Is.GreaterThanOrEqualTo(0.95 * best.Throughput));
            Assert.That(world.Fairness, Is.GreaterThanOrEqualTo(0.95));
            // At twice the depth commands come too near to their timeouts, at this one they do not.
            Assert.That(world.Target.Worst, Is.LessThanOrEqualTo(LinuxInitiator.Timeout / 5));
            int twice = (world.Target.Depth * 2) + 1;
            if (twice < scenario.MaxDepth)
                Assert.That(Measure(scenario with { Policy = new FixedPolicy(), MaxDepth = twice }).Target.Worst, Is.GreaterThan(LinuxInitiator.Timeout / 5));
        });

    [Test]
    public void The_rules_own_constants_lead_from_sixteen_to_four_and_back_in_twelve_times_two_minutes()
    {
        // 50 ms for a command, 1 s while it is slow: the commands of a full queue take 0.8 s, then 16 s, 8 s and 4 s.
        var scenario = new FlowScenario
        {
            Seed = 1,
            Service = TimeSpan.FromMilliseconds(50),
            Slowness = new Slowness(FlowScenarios.SlowFrom, FlowScenarios.SlowUntil, 1.0 / 20),
            Depths = [32, 32, 32, 32],
            MaxDepth = 16,
            Policy = new TimeoutPolicy(),
        };
        FlowWorld world = Run(scenario, FlowScenarios.SlowUntil);
        Assert.That(Depths(world), Is.EqualTo(new[] { 8, 4 }));
        world.Run(TimeSpan.FromMinutes(30));
        Assert.That(Depths(world), Is.EqualTo(new[] { 8, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 }));
        List<(TimeSpan At, int Depth, QueueDepthReason Reason)> decisions = world.Target.Decisions;
        TimeSpan[] rises = [.. decisions.Skip(2).Select(decision => decision.At)];
        Assert.That(decisions.Take(2).Select(decision => decision.Reason), Is.All.EqualTo(QueueDepthReason.NearTimeout));
        Assert.That(decisions.Skip(2).Select(decision => decision.Reason), Is.All.EqualTo(QueueDepthReason.FarFromTimeout));
        Assert.That(rises[0], Is.InRange(FlowScenarios.SlowUntil, FlowScenarios.SlowUntil + TimeSpan.FromMinutes(2)));
        Assert.That(rises.Zip(rises.Skip(1), static (one, next) => next - one), Is.All.EqualTo(TimeSpan.FromMinutes(2)));
        ExpectNoTimeout(world);
    }

    [Test]
    public void A_latency_target_is_kept_the_store_gives_its_best_and_it_is_soon_back_after_a_slow_phase() =>
        SeededHistories.Play(2, static seed =>
        {
            FlowScenario fast = FlowScenarios.Fast(seed);
            // So that eight to sixteen commands wait for each server.
            TimeSpan target = fast.Service * (8 + (seed * 2));
            FlowScenario scenario = fast with
            {
                Policy = new LatencyTargetPolicy(target),
                Slowness = new Slowness(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(130), 1.0 / 20),
            };
            FlowWorld best = Measure(scenario with { Policy = null, Endless = true }, 60, 40);
            FlowWorld world = Measure(scenario, 60, 40);
            Assert.That(world.Throughput, Is.GreaterThanOrEqualTo(0.95 * best.Throughput));
            Assert.That(world.Fairness, Is.GreaterThanOrEqualTo(0.95));
            Assert.That(world.Target.Times.Sum / world.Target.Times.Count, Is.LessThanOrEqualTo(target * 1.1));
            int depth = world.Target.Depth;
            world.Run(TimeSpan.FromSeconds(30));
            Assert.That(world.Target.Depth, Is.LessThan(depth / 2));
            long served = world.Store.Served;
            while (world.Target.Depth < depth / 2)
                world.Run(scenario.Tick);
            Assert.That(world.Store.Served - served, Is.LessThanOrEqualTo(2 * (depth / 2) * Math.Max(depth / 2, 16)));
            ExpectNoTimeout(world);
        });

    [Test]
    public void Initiators_that_never_send_their_data_cost_the_others_nothing() => SeededHistories.Play(1, static seed =>
    {
        FlowScenario scenario = FlowScenarios.Fast(seed) with { MaxDepth = 64, Policy = _timeouts };
        FlowWorld without = Measure(scenario, 10, 30);
        FlowWorld with = Measure(scenario with { Silent = 16 }, 10, 30);
        Assert.That(with.Throughput, Is.GreaterThanOrEqualTo(0.98 * without.Throughput));
        Assert.That(with.Fairness, Is.GreaterThanOrEqualTo(0.95));
        ExpectNoTimeout(with);
    });

    [Test]
    public void A_flood_from_one_leaves_the_others_what_they_ask_for()
    {
        var scenario = new FlowScenario
        {
            Seed = 1,
            Service = TimeSpan.FromMilliseconds(10),
            Depths = [128, 128, 2],
            MaxDepth = 30,
            Policy = new TimeoutPolicy(),
        };
        long[] completed = Measure(scenario, 10, 60).Completed;
        // Two commands at once of thirty, and a place in the queue as good as anybody's.
        Assert.That(completed[2], Is.GreaterThanOrEqualTo(completed.Sum() / 20));
        Assert.That(completed[0], Is.EqualTo(completed[1]).Within(completed[1] / 50));
    }

    [TestCase(1, 3)]
    [TestCase(1, 1)]
    [TestCase(2, 5)]
    public void Initiators_get_what_their_weights_say(int one, int other)
    {
        var scenario = new FlowScenario
        {
            Seed = 1,
            Service = TimeSpan.FromMilliseconds(10),
            Depths = [128, 128],
            Weights = [one, other],
            MaxDepth = 24,
            Policy = new TimeoutPolicy(),
        };
        long[] completed = Measure(scenario, 10, 60).Completed;
        Assert.That((double)completed[1] / completed[0], Is.EqualTo((double)other / one).Within(5).Percent);
    }

    [Test]
    public void One_seed_is_one_history()
    {
        string once = Describe(7);
        string again = Describe(7);
        Assert.That(again, Is.EqualTo(once));
        Assert.That(Describe(14), Is.Not.EqualTo(once));
    }

    private static string Describe(int seed)
    {
        FlowWorld world = Run(FlowScenarios.SlowPhase(seed) with { Policy = _timeouts }, TimeSpan.FromSeconds(60));
        return string.Join(' ', world.Completed) + string.Join(' ', world.Target.Decisions);
    }

    private static int[] Depths(FlowWorld world) => [.. world.Target.Decisions.Select(decision => decision.Depth)];

    private static void ExpectNoTimeout(FlowWorld world)
    {
        Assert.That(world.Aborts, Is.Zero);
        Assert.That(world.Longest, Is.LessThan(LinuxInitiator.Timeout));
    }

    private static FlowWorld Run(FlowScenario scenario, TimeSpan duration)
    {
        var world = new FlowWorld(scenario);
        world.Run(duration);
        return world;
    }

    private static FlowWorld Measure(FlowScenario scenario, int before = 100, int measured = 200)
    {
        FlowWorld world = Run(scenario, TimeSpan.FromSeconds(before));
        world.BeginMeasuring();
        world.Run(TimeSpan.FromSeconds(measured));
        return world;
    }
}
