using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;
using static Scst.TaskManagementFunction;

namespace Scst.Tests.Tasks;

/// <summary>
/// What one thread cannot show: several sessions on threads of their own, a handler that ends commands on others, and
/// meanwhile aborts and resets. The handler itself keeps count of what may not happen.
/// </summary>
[TestFixture]
internal sealed class TaskSetStressTests
{
    private const int Sessions = 4;
    private const int Commands = 4000;
    private const int Window = 24;
    private const int Functions = 250;
    private const int Pauses = 400;

    [Test]
    public async Task Commands_of_all_attributes_keep_their_order_over_all_sessions()
    {
        using var handler = new ConcurrentHandler(checksSequence: true);
        await using var world = new World(handler, new ScsiEngineOptions());
        world.Run(seed => Mixed(seed, 10));
        Assert.That(handler.Violations, Is.Empty);
        Assert.That(handler.Executed, Is.EqualTo(Sessions * Commands));
        Assert.That(world.Completions, Is.EqualTo(Sessions * Commands));
    }

    [Test]
    public async Task Nothing_but_ordered_commands_run_one_at_a_time()
    {
        using var handler = new ConcurrentHandler(checksSequence: true);
        await using var world = new World(handler, new ScsiEngineOptions());
        world.Run(_ => () => TaskAttribute.Ordered);
        Assert.That(handler.Violations, Is.Empty);
        Assert.That(handler.Executed, Is.EqualTo(Sessions * Commands));
    }

    [Test]
    public async Task Aborts_and_resets_leave_nothing_running_and_nothing_unanswered()
    {
        using var handler = new ConcurrentHandler(checksSequence: false);
        await using var world = new World(handler, new ScsiEngineOptions());
        Thread[] storm = [.. Enumerable.Range(0, 2).Select(seed => world.Spawn(() => world.Manage(seed, Functions)))];
        world.Run(seed => Mixed(seed, 20));
        world.Join(storm);
        Assert.That(handler.Violations, Is.Empty);
        Assert.That(world.Completions, Is.EqualTo(Sessions * Commands), "Every command ends once, with or without a response.");
        Assert.That(world.FunctionsDone, Is.EqualTo(2 * Functions));
        await world.AssertOpenAsync();
    }

    [Test]
    public async Task A_logical_unit_that_is_paused_again_and_again_is_left_alone_each_time()
    {
        using var handler = new ConcurrentHandler(checksSequence: true);
        await using var world = new World(handler, new ScsiEngineOptions());
        Thread[] pauses = [world.Spawn(() => world.Pause(Pauses))];
        world.Run(seed => Mixed(seed, 20));
        world.Join(pauses);
        Assert.That(handler.Violations, Is.Empty);
        Assert.That(world.Completions, Is.EqualTo(Sessions * Commands));
        await world.AssertOpenAsync();
    }

    [Test]
    public async Task Sessions_that_close_in_the_middle_leave_nothing_behind()
    {
        using var handler = new ConcurrentHandler(checksSequence: false);
        await using var world = new World(handler, new ScsiEngineOptions());
        for (int round = 0; round < 12; round++)
            await world.RunAndCloseAsync(round, 300);
        Assert.That(handler.Violations, Is.Empty);
        Assert.That(handler.Running, Is.Empty);
        await world.AssertOpenAsync();
    }

    [Test]
    public async Task When_a_target_was_removed_in_the_middle_nothing_starts_any_more()
    {
        for (int round = 0; round < 25; round++)
        {
            using var handler = new ConcurrentHandler(checksSequence: false);
            await using var world = new World(handler, new ScsiEngineOptions());
            await world.RunAndRemoveAsync(round, 400);
            Assert.That(handler.Violations, Is.Empty);
            Assert.That(handler.Running, Is.Empty);
        }
    }

    [Test]
    public async Task A_gate_that_is_not_looked_at_after_entering_is_noticed()
    {
        for (int round = 0; round < 50; round++)
        {
            using var handler = new ConcurrentHandler(checksSequence: false);
            await using var world = new World(handler, new ScsiEngineOptions { MakeTaskSet = static unit => new UncheckedTaskSet(unit) });
            world.Run(seed => Mixed(seed + (round * Sessions), 4));
            if (!handler.Violations.IsEmpty)
                return;
        }
        Assert.Fail("The stress must notice a missing re-check of the gate.");
    }

    /// <summary>Mostly SIMPLE, one in so many ORDERED and as many HEAD OF QUEUE.</summary>
    private static Func<TaskAttribute> Mixed(int seed, int oneIn)
    {
        var random = new Random(seed);
        return () => random.Next(oneIn) switch
        {
            0 => TaskAttribute.Ordered,
            1 => TaskAttribute.HeadOfQueue,
            _ => TaskAttribute.Simple,
        };
    }

    private sealed class World : IAsyncDisposable
    {
        /// <summary>Only so that a broken build fails instead of hanging.</summary>
        private static readonly TimeSpan _hang = TimeSpan.FromMinutes(2);

        private readonly ConcurrentQueue<Exception> _failures = new();
        private readonly ConcurrentHandler _handler;
        private readonly ScsiEngine _engine;
        private readonly LoopbackDriver _driver;
        private readonly LogicalUnit _unit;
        private readonly Target _target;
        private LoopbackInitiator[] _initiators;
        private int _completions;
        private int _functionsDone;
        private long _newestTag;

        internal World(ConcurrentHandler handler, ScsiEngineOptions options)
        {
            _handler = handler;
            _engine = new ScsiEngine(options);
            _driver = new LoopbackDriver(_engine);
            _unit = _engine.AddLogicalUnit("disk", handler);
            _target = _driver.AddTarget("target", new TargetOptions { DefaultGroup = AccessControlGroup.Of(_unit) });
            _initiators = [.. Enumerable.Range(0, Sessions).Select(Login)];
        }

        internal int Completions => _completions;

        internal int FunctionsDone => _functionsDone;

        public async ValueTask DisposeAsync()
        {
            await _driver.DisposeAsync().AsTask().WaitAsync(_hang);
            await _engine.DisposeAsync().AsTask().WaitAsync(_hang);
            Assert.That(_engine.BufferPool.RentedBytes, Is.Zero);
        }

        internal void Run(Func<int, Func<TaskAttribute>> attributes)
        {
            Join(SpawnFeeds(Commands, attributes));
        }

        /// <summary>A thread for each initiator.</summary>
        private Thread[] SpawnFeeds(int commands, Func<int, Func<TaskAttribute>> attributes) =>
            [.. _initiators.Select((initiator, index) => Spawn(() => Feed(initiator, index, commands, attributes(index))))];

        internal Thread Spawn(Action action)
        {
            var thread = new Thread(() =>
            {
                try
                {
                    action();
                }
                catch (Exception exception)
                {
                    _failures.Enqueue(exception);
                }
            });
            thread.Start();
            return thread;
        }

        internal void Join(Thread[] threads)
        {
            Array.ForEach(threads, thread => thread.Join());
            Assert.That(_failures, Is.Empty);
        }

        internal async Task RunAndCloseAsync(int seed, int commands)
        {
            LoopbackInitiator[] initiators = _initiators;
            Thread[] threads = SpawnFeeds(commands, index => Mixed(seed + index, 8));
            foreach (LoopbackInitiator initiator in initiators)
                await initiator.CloseAsync(SessionEndReason.ConnectionLost).AsTask().WaitAsync(_hang);
            Join(threads);
            _initiators = [.. Enumerable.Range(0, Sessions).Select(Login)];
        }

        internal async Task RunAndRemoveAsync(int seed, int commands)
        {
            Thread[] threads = SpawnFeeds(commands, index => Mixed(seed + index, 8));
            await _engine.RemoveTargetAsync(_target).AsTask().WaitAsync(_hang);
            _handler.IsOffLimits = true;
            Join(threads);
        }

        internal void Manage(int seed, int count)
        {
            var random = new Random(seed);
            for (int i = 0; i < count; i++)
            {
                TaskManagementFunction function = random.Next(12) switch
                {
                    0 => LogicalUnitReset,
                    1 => ClearTaskSet,
                    2 => AbortTaskSet,
                    3 => ITNexusReset,
                    4 => TargetReset,
                    5 => QueryTaskSet,
                    _ => AbortTask,
                };
                LoopbackInitiator initiator = _initiators[random.Next(Sessions)];
                ulong tag = (ulong)(Interlocked.Read(ref _newestTag) - random.Next(Window * Sessions));
                long sent = _handler.Tick();
                Task<TaskManagementResponse> response = initiator.ManageAsync(function, tag: tag).AsTask();
                if (!((IAsyncResult)response).AsyncWaitHandle.WaitOne(_hang))
                    throw new TimeoutException($"{function} was not answered.");
                if (function is LogicalUnitReset or ClearTaskSet or TargetReset)
                    _handler.AssertNothingOlderThan(sent, function);
                Interlocked.Increment(ref _functionsDone);
            }
        }

        /// <summary>Pauses the logical unit, or all sessions: what says to be drained must be left alone until it is resumed.</summary>
        internal void Pause(int count)
        {
            var options = new PauseOptions("stress", TimeSpan.FromDays(1));
            for (int i = 0; i < count; i++)
            {
                Pause[] pauses = i % 2 == 0 ? [_unit.Pause(options)] : [.. _target.Sessions.Select(session => session.Pause(options))];
                foreach (Pause pause in pauses)
                {
                    if (!((IAsyncResult)pause.Drained).AsyncWaitHandle.WaitOne(_hang))
                        throw new TimeoutException($"Never drained: {pause}");
                }
                _handler.IsOffLimits = true;
                if (!_handler.Running.IsEmpty)
                    _handler.Violations.Enqueue("A command runs in what is paused.");
                Thread.Yield();
                _handler.IsOffLimits = false;
                Array.ForEach(pauses, pause => pause.Resume());
            }
        }

        /// <summary>After all of it the task set takes commands of every attribute.</summary>
        internal async Task AssertOpenAsync()
        {
            foreach (LoopbackInitiator initiator in _initiators)
            {
                await initiator.ExecuteAsync(Cdbs.RequestSense(), dataIn: new byte[252]);
                foreach (TaskAttribute attribute in new[] { TaskAttribute.Ordered, TaskAttribute.HeadOfQueue, TaskAttribute.Simple })
                    Expect.Good(await initiator.ExecuteAsync(Cdbs.TestUnitReady, attribute: attribute).AsTask().WaitAsync(_hang));
            }
        }

        private LoopbackInitiator Login(int index)
        {
            LoopbackInitiator initiator = _driver.Connect(_target, $"initiator {index}");
            var ready = new LoopbackCommand { Cdb = Cdbs.TestUnitReady };
            initiator.Submit(ready);
            initiator.EndOfBurst();
            return initiator;
        }

        /// <summary>Keeps a window of commands on their way, in bursts, until all were submitted and all have ended.</summary>
        private void Feed(LoopbackInitiator initiator, int session, int count, Func<TaskAttribute> attribute)
        {
            var free = new Queue<LoopbackCommand>();
            using var available = new SemaphoreSlim(Window);
            var sequence = new Sequence(count);
            for (int i = 0; i < Window; i++)
            {
                byte[] memory = new byte[512];
                free.Enqueue(new LoopbackCommand(command =>
                {
                    Interlocked.Increment(ref _completions);
                    lock (free)
                        free.Enqueue(command);
                    available.Release();
                })
                {
                    Cdb = i % 3 == 0 ? Cdbs.Write(session, 1) : i % 3 == 1 ? Cdbs.Read(session, 1) : Cdbs.Synchronize,
                    DataOut = i % 3 == 0 ? memory : default,
                    DataIn = i % 3 == 1 ? memory : default,
                });
            }
            for (int i = 0; i < count && !initiator.IsClosed; i++)
            {
                if (!available.Wait(0))
                {
                    initiator.EndOfBurst();
                    Take();
                }
                LoopbackCommand command;
                lock (free)
                    command = free.Dequeue();
                command.TaskAttribute = attribute();
                command.State = sequence.Next(command.TaskAttribute);
                Interlocked.Exchange(ref _newestTag, (long)command.Tag);
                try
                {
                    initiator.Submit(command);
                }
                catch (InvalidOperationException) when (initiator.IsClosed)
                {
                    available.Release();
                }
            }
            initiator.EndOfBurst();
            for (int i = 0; i < Window; i++)
                Take();

            void Take()
            {
                if (!available.Wait(_hang))
                    throw new TimeoutException("A command has not ended.");
            }
        }
    }
}
