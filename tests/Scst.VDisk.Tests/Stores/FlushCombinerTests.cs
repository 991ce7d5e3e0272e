using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

[TestFixture]
public sealed class FlushCombinerTests
{
    private const int Writes = 500;
    private static readonly FlushResult _ok = new(StoreStatus.Ok, false);

    [Test]
    public void Every_write_is_answered_once_by_a_flush_that_started_after_it() =>
        Prop.ForAll(CombinerStep.Scripts(), (Action<CombinerStep[]>)(script => Assert.That(Play(Right, script), Is.Empty)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public void A_combiner_that_lets_writes_join_a_running_flush_would_be_noticed()
    {
        CombinerStep[] script = [new(1, 1, _ok)];
        Assert.That(Play(Wrong, script), Is.Not.Empty);
        Assert.That(Play(Right, script), Is.Empty);
    }

    [Test]
    public void Those_who_ask_while_a_flush_runs_share_the_next_one()
    {
        Queue<IThreadPoolWorkItem> scheduled = new();
        Action<FlushWaiter> enlist = _ => { };
        List<CombinerHarness.Waiter> waiters = [];
        CombinerHarness harness = null!;
        harness = new CombinerHarness(_ => _ok, number =>
        {
            if (number != 0) return;
            for (int i = 0; i < 31; i++) Ask();
        });
        enlist = Right(harness, scheduled.Enqueue);
        Ask();
        while (scheduled.TryDequeue(out IThreadPoolWorkItem? item)) item.Execute();
        Assert.That(waiters.Select(waiter => waiter.Answers), Is.All.EqualTo(1));
        Assert.That(waiters, Has.Count.EqualTo(32));
        Assert.That(harness.Flushes, Is.EqualTo(2));
        Assert.That(harness.Complaints, Is.Empty);

        void Ask()
        {
            CombinerHarness.Waiter waiter = harness.Write();
            waiters.Add(waiter);
            enlist(waiter);
        }
    }

    [Test]
    public void A_write_that_is_answered_may_ask_again_at_once()
    {
        Queue<IThreadPoolWorkItem> scheduled = new();
        CombinerHarness harness = new(_ => _ok, _ => { });
        Action<FlushWaiter> enlist = Right(harness, scheduled.Enqueue);
        Again again = new(enlist);
        CombinerHarness.Waiter once = harness.Write();
        enlist(again);
        enlist(once);
        while (scheduled.TryDequeue(out IThreadPoolWorkItem? item)) item.Execute();
        Assert.That(again.Answers, Is.EqualTo(1000));
        Assert.That(harness.Flushes, Is.EqualTo(1000));
        Assert.That(once.Answers, Is.EqualTo(1), "who asked beside it does not ask again with it");
        Assert.That(harness.Complaints, Is.Empty);
    }

    [Test]
    public async Task With_many_threads_nobody_is_told_too_early()
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            CombinerHarness harness = await StressAsync(Right, seed, StoreStatus.Ok);
            Assert.That(harness.Complaints, Is.Empty, $"seed {seed}");
            Assert.That(harness.Flushes, Is.InRange(1, 4 * Writes), "no flush without a question");
        }
    }

    [Test]
    public async Task With_many_threads_a_wrong_combiner_would_be_noticed()
    {
        int noticed = 0;
        for (int seed = 1; seed <= 5; seed++) noticed += (await StressAsync(Wrong, seed, StoreStatus.Ok)).Complaints.Count;
        await TestContext.Out.WriteLineAsync($"{noticed} answers that came too early");
        Assert.That(noticed, Is.Positive);
    }

    [Test]
    public async Task With_many_threads_a_failure_stays()
    {
        CombinerHarness harness = await StressAsync(Right, 1, StoreStatus.FlushFailed);
        Assert.That(harness.Complaints, Is.Empty);
        Assert.That(harness.Flushes, Is.EqualTo(21), "none after the one that failed");
    }

    private static Action<FlushWaiter> Right(IFlushTarget target, Action<IThreadPoolWorkItem> schedule) =>
        new FlushCombiner(target, schedule).Enlist;

    private static Action<FlushWaiter> Wrong(IFlushTarget target, Action<IThreadPoolWorkItem> schedule) =>
        new JoiningCombiner(target, schedule).Enlist;

    /// <summary>One thread plays everybody; the model is in the harness.</summary>
    private static IReadOnlyList<string> Play(CombinerFactory make, CombinerStep[] script)
    {
        Queue<IThreadPoolWorkItem> scheduled = new();
        List<CombinerHarness.Waiter> waiters = [];
        Action<FlushWaiter> enlist = _ => { };
        CombinerHarness harness = null!;
        // Flushes can be fewer than steps: a step in which nobody asks needs none.
        harness = new CombinerHarness(
            number => number < script.Length ? script[number].Ending : _ok,
            number => Ask(number < script.Length ? script[number].During : 0));
        enlist = make(harness, scheduled.Enqueue);
        foreach (CombinerStep step in script)
        {
            Ask(step.Before);
            if (scheduled.Count > 1) harness.Complain("two rounds are queued");
            if (scheduled.TryDequeue(out IThreadPoolWorkItem? item)) item.Execute();
        }

        while (scheduled.TryDequeue(out IThreadPoolWorkItem? item)) item.Execute();
        foreach (CombinerHarness.Waiter waiter in waiters.Where(waiter => waiter.Answers != 1))
            harness.Complain($"a write was answered {waiter.Answers} times");
        return harness.Complaints;

        void Ask(int count)
        {
            for (int i = 0; i < count; i++)
            {
                CombinerHarness.Waiter waiter = harness.Write();
                waiters.Add(waiter);
                enlist(waiter);
            }
        }
    }

    /// <summary>
    /// Four askers on threads of their own, each with one write at a time. By seed, some write only once a flush runs, and some
    /// flushes last until everybody asks: so there is always somebody who arrives in the middle of one. Every wait is bounded.
    /// </summary>
    private static async Task<CombinerHarness> StressAsync(CombinerFactory make, int seed, StoreStatus ending)
    {
        int onTheWay = 4;
        bool isFlushing = false;
        CombinerHarness harness = new(
            number => number == 20 && ending != StoreStatus.Ok ? new FlushResult(ending, true) : _ok,
            number =>
            {
                Volatile.Write(ref isFlushing, true);
                Random random = new((seed * 7919) + number);
                if (random.Next(2) == 0) YieldUntil(() => Volatile.Read(ref onTheWay) == 0);
                Linger(random);
                Volatile.Write(ref isFlushing, false);
            });
        Action<FlushWaiter> enlist = make(harness, static item => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Factory.StartNew(
            () =>
            {
                Random random = new((seed * 1000) + worker);
                using SemaphoreSlim answered = new(0);
                for (int i = 0; i < Writes; i++)
                {
                    if (random.Next(4) == 0) YieldUntil(() => Volatile.Read(ref isFlushing));
                    CombinerHarness.Waiter waiter = harness.Write(_ =>
                    {
                        Interlocked.Increment(ref onTheWay);
                        answered.Release();
                    });
                    Linger(random);
                    enlist(waiter);
                    Interlocked.Decrement(ref onTheWay);
                    answered.Wait();
                }

                Interlocked.Decrement(ref onTheWay);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        return harness;
    }

    private static void YieldUntil(Func<bool> condition)
    {
        for (int i = 0; i < 200 && !condition(); i++) Thread.Yield();
    }

    private static void Linger(Random random)
    {
        int turns = random.Next(4);
        for (int i = 0; i < turns; i++) Thread.Yield();
    }

    private sealed class Again : FlushWaiter
    {
        private readonly Action<FlushWaiter> _enlist;

        internal Again(Action<FlushWaiter> enlist) => _enlist = enlist;

        internal int Answers { get; private set; }

        internal override void FlushCompleted(StoreStatus status)
        {
            if (++Answers < 1000) _enlist(this);
        }
    }
}
