using System;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Scst.Tests.FlowControl;

/// <summary>Rounds, recovery periods and figures of one logical unit, with the rule's own constants.</summary>
[TestFixture]
internal sealed class DepthControllerTests
{
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(30);

    [Test]
    public void A_round_of_commands_that_were_queued_already_cuts_once()
    {
        DepthController unit = Create(128);
        // All were received in the first second, and end one after the other when the store has become slow.
        for (int second = 8; second < 40; second++)
        {
            Note(unit, second, received: 1);
            unit.Decide(At(second));
            Assert.That(unit.Depth, Is.EqualTo(64));
        }
        // Received at the moment of the cut, and just after it.
        Note(unit, 41, received: 8);
        Assert.That(unit.Decide(At(41)).Depth, Is.EqualTo(64));
        Note(unit, 41, received: 9);
        Assert.That(unit.Decide(At(41)), Is.EqualTo(new QueueDepthDecision(32, QueueDepthReason.NearTimeout, EndsRound: true)));
    }

    [Test]
    public void After_any_slow_phase_it_is_back_after_as_many_recovery_periods_as_it_lost_steps()
    {
        Gen<(int Max, int[] Pauses)> slowPhase = Gen.Choose(1, 200).Zip(Gen.Choose(0, 60).ArrayOf(), static (max, pauses) => (max, pauses));
        Prop.ForAll(slowPhase.ToArbitrary(), phase =>
        {
            DepthController unit = Create(phase.Max);
            TimeSpan now = At(1);
            foreach (int pause in phase.Pauses)
            {
                now += At(pause) + At(6.1);
                Note(unit, now, now - At(6.05));
                unit.Decide(now);
            }
            int lost = phase.Max - unit.Depth;
            for (int periods = 1; periods <= lost; periods++)
            {
                now += _period;
                Note(unit, now - At(1), now - At(3.9));
                int before = unit.Depth;
                if (unit.Decide(now - TimeSpan.FromTicks(1)).Depth != before || unit.Decide(now).Depth != before + 1)
                    return false;
            }
            return unit.Depth == phase.Max && unit.Decide(now + At(1000)).Depth == phase.Max;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Test]
    public void It_does_not_recover_while_the_window_has_a_command_that_took_a_tenth_of_its_timeout()
    {
        DepthController unit = Create(64);
        Note(unit, 10, received: 1);
        unit.Decide(At(10));
        Assert.That(unit.Depth, Is.EqualTo(32));
        Note(unit, 125, received: 122);
        Assert.That(unit.Decide(At(131)).Depth, Is.EqualTo(32));
        // The slot of the window that it is in is gone by now.
        Assert.That(unit.Decide(At(125 + 34)).Depth, Is.EqualTo(33));
    }

    [Test]
    public void A_command_that_does_not_end_counts_with_its_age()
    {
        DepthController unit = Create(64);
        for (int second = 1; second <= 6; second++)
        {
            Note(unit, second, received: 0);
            Assert.That(unit.Decide(At(second)).Depth, Is.EqualTo(64));
        }
        Note(unit, 7, received: 0);
        Assert.That(unit.Decide(At(7)).Depth, Is.EqualTo(32));
    }

    [Test]
    public void The_figures_of_a_round_begin_anew_and_the_shortest_time_is_remembered()
    {
        var unit = new DepthController(new LatencyTargetPolicy(TimeSpan.FromMilliseconds(20)), 100, _window, TimeSpan.Zero);
        unit.NoteEnded(100, 100 * TimeSpan.FromMilliseconds(25).Ticks, TimeSpan.FromMilliseconds(7));
        unit.NoteAdmitted(100);
        Assert.That(unit.Decide(At(1)), Is.EqualTo(new QueueDepthDecision(80, QueueDepthReason.AboveTarget, EndsRound: true)));
        QueueDepthFigures figures = unit.FiguresAt(At(2));
        Assert.That(figures, Is.EqualTo(new QueueDepthFigures
        {
            Depth = 80,
            MaxDepth = 100,
            SinceDecision = TimeSpan.FromSeconds(1),
            Shortest = TimeSpan.FromMilliseconds(7),
        }));
        Assert.That(unit.RoundBegan, Is.EqualTo(At(1)));
    }

    [Test]
    public void What_a_policy_decides_is_kept_in_the_range_of_depths()
    {
        foreach ((int wanted, int expected) in new[] { (int.MinValue, 1), (0, 1), (7, 7), (9, 8), (int.MaxValue, 8) })
        {
            var unit = new DepthController(new Stubborn(wanted), 8, _window, TimeSpan.Zero);
            Assert.That(unit.Decide(At(1)).Depth, Is.EqualTo(expected));
            Assert.That(unit.Depth, Is.EqualTo(expected));
        }
    }

    private static DepthController Create(int max) =>
        new(new TimeoutPolicy { RecoveryPeriod = _period }, max, _window, TimeSpan.Zero);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static void Note(DepthController unit, double now, double received) => Note(unit, At(now), At(received));

    private static void Note(DepthController unit, TimeSpan now, TimeSpan received) =>
        unit.Note(now, received, new CommandTime(now - received, FlowFigures.Timeout));

    private sealed class Stubborn(int depth) : IQueueDepthPolicy
    {
        public QueueDepthDecision Decide(in QueueDepthFigures figures) => new(depth, QueueDepthReason.Other);
    }
}
