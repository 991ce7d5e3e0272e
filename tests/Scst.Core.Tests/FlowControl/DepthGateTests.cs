using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Scst.Tests.FlowControl;

/// <summary>The gate that bounds what is inside a logical unit.</summary>
[TestFixture]
internal sealed class DepthGateTests
{
    private const int QueueLength = 3;

    [Test]
    public void Any_history_keeps_the_depth_leaves_no_credit_unused_while_a_command_waits_and_loses_none()
    {
        Gen<(int What, int Share, int Number)> step = Gen.Choose(0, 19).SelectMany(
            static _ => Gen.Choose(0, 4).Zip(Gen.Choose(0, 12)), static (what, who) => (what, who.Item1, who.Item2));
        Prop.ForAll(step.ArrayOf().ToArbitrary(), steps =>
        {
            var world = new GateWorld(depth: 6);
            foreach ((int what, int share, int number) in steps)
            {
                world.Act(what, share, number);
                if (world.Fault is not null)
                    throw new InvalidOperationException(world.Fault);
            }
            world.Finish();
            return world.Fault is null ? true : throw new InvalidOperationException(world.Fault);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(300));
    }

    [Test]
    public void A_share_that_has_its_credits_asks_nobody()
    {
        var gate = new DepthGate<object>(8, QueueLength);
        var share = new DepthShare<object>(1);
        Assert.That(share.TryEnter(), Is.False);
        Assert.That(gate.Enter(share, new object(), 0), Is.EqualTo(GateResult.Entered));
        share.Retire();
        for (int i = 0; i < 4; i++)
            Assert.That(share.TryEnter());
        Assert.That(share.TryEnter(), Is.False);
        Assert.That(gate.IsPressed, Is.False);
        Assert.That(gate.Occupancy, Is.EqualTo(4));
    }

    [Test]
    public void Those_who_wait_get_turns_by_their_weights_and_in_the_order_in_which_they_came()
    {
        var gate = new DepthGate<object>(1, queueLength: 100);
        var light = new DepthShare<object>(1);
        var heavy = new DepthShare<object>(2);
        Assert.That(gate.Enter(light, "first", 0), Is.EqualTo(GateResult.Entered));
        for (int i = 0; i < 6; i++)
        {
            Assert.That(gate.Enter(light, $"l{i}", 0), Is.EqualTo(GateResult.Waits));
            Assert.That(gate.Enter(heavy, $"h{i}", 0), Is.EqualTo(GateResult.Waits));
        }
        DepthShare<object> inside = light;
        var turns = new List<string>();
        while (turns.Count < 9)
        {
            inside.Retire();
            gate.Leave(inside);
            Assert.That(gate.TryTakeEntered(out object? next));
            Assert.That(gate.TryTakeEntered(out _), Is.False);
            turns.Add((string)next!);
            inside = turns[^1][0] == 'l' ? light : heavy;
        }
        Assert.That(turns.Count(turn => turn[0] == 'h'), Is.EqualTo(6));
        Assert.That(turns.Where(turn => turn[0] == 'h'), Is.Ordered);
        Assert.That(turns.Where(turn => turn[0] == 'l'), Is.Ordered);
        Assert.That(turns.Take(3).Count(turn => turn[0] == 'h'), Is.EqualTo(2));
    }

    [Test]
    public void A_newcomer_gets_what_others_do_not_use_and_then_waits_for_those_who_leave()
    {
        var gate = new DepthGate<object>(4, QueueLength);
        var first = new DepthShare<object>(1);
        var second = new DepthShare<object>(1);
        Assert.That(gate.Enter(first, "a", 0), Is.EqualTo(GateResult.Entered));
        Assert.That(first.Credits, Is.EqualTo(4));
        for (int i = 0; i < 3; i++)
            Assert.That(gate.Enter(second, i, 0), Is.EqualTo(GateResult.Entered));
        Assert.That(gate.Enter(second, "b", 0), Is.EqualTo(GateResult.Waits));
        Assert.That(gate.IsPressed);
        first.Retire();
        gate.Leave(first);
        Assert.That(gate.TryTakeEntered(out object? entered));
        Assert.That(entered, Is.EqualTo("b"));
        Assert.That(gate.IsPressed, Is.False);
    }

    [Test]
    public void What_is_inside_when_the_depth_is_cut_stays_and_nobody_enters_before_it_has_left()
    {
        var gate = new DepthGate<object>(4, QueueLength);
        var share = new DepthShare<object>(1);
        for (int i = 0; i < 4; i++)
            Enter(gate, share);
        gate.SetDepth(2);
        Assert.That(gate.Occupancy, Is.EqualTo(4));
        Assert.That(gate.Enter(share, "waits", 0), Is.EqualTo(GateResult.Waits));
        for (int i = 0; i < 2; i++)
        {
            share.Retire();
            gate.Leave(share);
            Assert.That(gate.TryTakeEntered(out _), Is.False);
        }
        share.Retire();
        gate.Leave(share);
        Assert.That(gate.TryTakeEntered(out _));
        gate.SetDepth(4);
        Assert.That(gate.IsPressed, Is.False);
        Assert.That(gate.Occupancy, Is.EqualTo(2));
    }

    [Test]
    public void A_command_whose_initiator_lets_it_wait_lends_its_place_and_comes_back_whether_there_is_room_or_not()
    {
        var gate = new DepthGate<object>(1, QueueLength);
        var silent = new DepthShare<object>(1);
        var other = new DepthShare<object>(1);
        Enter(gate, silent);
        Assert.That(gate.Enter(other, "other", 0), Is.EqualTo(GateResult.Waits));
        silent.Retire();
        gate.Leave(silent);
        Assert.That(gate.TryTakeEntered(out _));
        gate.Return(silent);
        Assert.That(gate.Occupancy, Is.EqualTo(2));
        Assert.That(gate.Enter(other, "third", 0), Is.EqualTo(GateResult.Waits));
        silent.Retire();
        gate.Leave(silent);
        Assert.That(gate.TryTakeEntered(out _), Is.False);
        other.Retire();
        gate.Leave(other);
        Assert.That(gate.TryTakeEntered(out object? third));
        Assert.That(third, Is.EqualTo("third"));
    }

    [Test]
    public void Many_threads_never_lose_a_command_and_exceed_the_depth_by_no_more_than_one_for_each_of_them()
    {
        const int Threads = 6;
        const int Depth = 8;
        const int Commands = 20_000;
        var gate = new DepthGate<StressCommand>(Depth, queueLength: 4);
        DepthShare<StressCommand>[] shares = [.. Enumerable.Range(0, Threads).Select(_ => new DepthShare<StressCommand>(1))];
        var stress = new GateStress(gate);
        Thread[] threads = [.. shares.Select((share, seed) => new Thread(() => stress.Run(share, seed, Commands)))];
        foreach (Thread thread in threads)
            thread.Start();
        for (int i = 0; threads.Any(thread => thread.IsAlive); i++)
        {
            gate.SetDepth(Depth - (i % 4));
            gate.Tidy();
            stress.Drain();
        }
        stress.Drain();
        Assert.That(gate.Waiting, Is.Zero);
        Assert.That(gate.Occupancy, Is.Zero);
        Assert.That(stress.Done, Is.EqualTo(Threads * Commands));
        Assert.That(stress.Most, Is.LessThanOrEqualTo(Depth + Threads));
    }

    private static void Enter(DepthGate<object> gate, DepthShare<object> share) =>
        Assert.That(share.TryEnter() || gate.Enter(share, new object(), 0) == GateResult.Entered);
}
