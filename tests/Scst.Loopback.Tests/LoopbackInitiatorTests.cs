using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;
using Scst.Testing;

namespace Scst.Loopback.Tests;

[TestFixture]
internal sealed class LoopbackInitiatorTests
{
    private static readonly TimeSpan _hang = TimeSpan.FromMinutes(1);

    private ScsiEngine _engine = null!;
    private ProbeHandler _probe = null!;
    private LoopbackDriver _driver = null!;
    private Target _target = null!;
    private LoopbackInitiator _initiator = null!;

    [SetUp]
    public async Task ConnectAsync()
    {
        _engine = new ScsiEngine();
        _probe = new ProbeHandler();
        _driver = new LoopbackDriver(_engine);
        _target = _driver.AddTarget(
            "target",
            new TargetOptions { DefaultGroup = AccessControlGroup.Of(_engine.AddLogicalUnit("probe", _probe)) });
        _initiator = _driver.Connect(_target, "initiator");
        await _initiator.ExecuteAsync(new byte[6]);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        _probe.OnExecute = null;
        _probe.Release();
        await _driver.DisposeAsync().AsTask().WaitAsync(_hang);
        await _engine.DisposeAsync().AsTask().WaitAsync(_hang);
        Assert.That(_engine.BufferPool.RentedBytes, Is.Zero);
    }

    [Test]
    public async Task Executing_moves_data_both_ways()
    {
        byte[] data = [1, 2, 3, 4, 5];
        byte[] room = new byte[5];
        Assert.That((await _initiator.ExecuteAsync(ProbeHandler.Cdb(true, 5), dataOut: data)).Status, Is.EqualTo(ScsiStatus.Good));
        LoopbackResult result = await _initiator.ExecuteAsync(ProbeHandler.Cdb(false, 5), dataIn: room);
        Assert.That(result.DataInLength, Is.EqualTo(5));
        Assert.That(result.Sense, Is.Null);
        Assert.That(room, Is.EqualTo(data));
    }

    [Test]
    public async Task An_execution_that_ends_later_is_awaited()
    {
        _probe.Holds = true;
        Task<LoopbackResult> read = _initiator.ExecuteAsync(ProbeHandler.Cdb(false, 5), dataIn: new byte[5]).AsTask();
        Assert.That(read.IsCompleted, Is.False);
        _probe.Release();
        Assert.That((await read).Status, Is.EqualTo(ScsiStatus.Good));
    }

    [Test]
    public async Task Many_threads_may_execute_through_one_initiator()
    {
        const int threads = 4;
        const int rounds = 1500;
        int good = 0;
        async Task WorkAsync(int place)
        {
            byte[] data = [.. Enumerable.Repeat((byte)(place + 1), 600)];
            byte[] room = new byte[600];
            for (int i = 0; i < rounds; i++)
            {
                await _initiator.ExecuteAsync(ProbeHandler.Cdb(true, 600, place), dataOut: data);
                LoopbackResult read = await _initiator.ExecuteAsync(ProbeHandler.Cdb(false, 600, place), dataIn: room);
                if (read.Status == ScsiStatus.Good && room.AsSpan().SequenceEqual(data))
                    Interlocked.Increment(ref good);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, threads).Select(place => Task.Run(() => WorkAsync(place)))).WaitAsync(_hang);
        Assert.That(good, Is.EqualTo(threads * rounds));
    }

    [Test]
    public void Many_threads_may_submit_through_one_initiator()
    {
        const int threads = 4;
        const int rounds = 3000;
        int completed = 0;
        int inside = 0;
        int overlaps = 0;
        void Work()
        {
            using var mine = new SemaphoreSlim(0);
            var command = new LoopbackCommand(_ =>
            {
                if (Interlocked.Increment(ref inside) != 1)
                    Interlocked.Increment(ref overlaps);
                Interlocked.Increment(ref completed);
                Interlocked.Decrement(ref inside);
                mine.Release();
            })
            {
                Cdb = new byte[6],
            };
            for (int i = 0; i < rounds; i++)
            {
                _initiator.Submit(command);
                _initiator.EndOfBurst();
                if (!mine.Wait(_hang))
                    throw new TimeoutException();
            }
        }

        Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Work))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        Assert.That(completed, Is.EqualTo(threads * rounds));
        Assert.That(overlaps, Is.Zero, "Callbacks of one initiator never overlap.");
    }

    [Test]
    public void Completions_come_at_the_end_of_the_burst_in_the_order_in_which_the_commands_ended()
    {
        var completed = new List<ulong>();
        var commands = new LoopbackCommand[5];
        for (int i = 0; i < commands.Length; i++)
        {
            commands[i] = new LoopbackCommand(command => completed.Add(command.Tag)) { Cdb = new byte[6] };
            _initiator.Submit(commands[i]);
        }
        Assert.That(completed, Is.Empty);
        Assert.That(commands[0].IsCompleted, Is.False);
        _initiator.EndOfBurst();
        Assert.That(completed, Is.EqualTo(commands.Select(command => command.Tag)));
    }

    [Test]
    public void Outside_a_burst_completions_come_at_once()
    {
        _probe.Holds = true;
        int completed = 0;
        var command = new LoopbackCommand(_ => completed++) { Cdb = ProbeHandler.Cdb(false, 5), DataIn = new byte[5] };
        _initiator.Submit(command);
        _initiator.EndOfBurst();
        Assert.That(completed, Is.Zero);
        _probe.Release();
        Assert.That(completed, Is.EqualTo(1));
        Assert.That(command.IsCompleted);
    }

    [Test]
    public void A_callback_may_submit_its_command_again()
    {
        int left = 1000;
        LoopbackCommand? command = null;
        command = new LoopbackCommand(ended =>
        {
            if (--left > 0)
            {
                _initiator.Submit(ended);
                _initiator.EndOfBurst();
            }
        })
        {
            Cdb = ProbeHandler.Cdb(false, 5),
            DataIn = new byte[5],
        };
        _initiator.Submit(command);
        _initiator.EndOfBurst();
        Assert.That(left, Is.Zero);
    }

    [Test]
    public void A_command_cannot_be_submitted_twice_at_once()
    {
        _probe.Holds = true;
        var command = new LoopbackCommand { Cdb = ProbeHandler.Cdb(false, 5), DataIn = new byte[5] };
        _initiator.Submit(command);
        Assert.That(() => _initiator.Submit(command), Throws.InvalidOperationException);
        _initiator.EndOfBurst();
        _probe.Release();
        _initiator.Submit(command);
        _initiator.EndOfBurst();
        Assert.That(command.Result.Status, Is.EqualTo(ScsiStatus.Good));
    }

    [Test]
    public void A_command_that_makes_no_sense_is_refused()
    {
        Assert.That(() => _initiator.Submit(null!), Throws.ArgumentNullException);
        Assert.That(() => _initiator.Submit(new LoopbackCommand()), Throws.InvalidOperationException);
        Assert.That(
            () => _initiator.Submit(new LoopbackCommand { Cdb = new byte[6], DataIn = new byte[1], DataOut = new byte[1] }),
            Throws.InvalidOperationException);
        Assert.That(() => _initiator.ExecuteAsync(new byte[6], new byte[1], new byte[1]), Throws.ArgumentException);
        Assert.That(() => _initiator.ExecuteAsync(default), Throws.ArgumentException);
        Assert.That(() => _driver.Connect(null!, "initiator"), Throws.ArgumentNullException);
        Assert.That(() => new LoopbackDriver(_engine).Connect(_target, "initiator"), Throws.ArgumentException);
        Assert.That(() => new LoopbackDriver(null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task A_closed_initiator_takes_nothing_more()
    {
        await _initiator.CloseAsync();
        await _initiator.CloseAsync(SessionEndReason.ConnectionLost);
        await _initiator.DisposeAsync();
        Assert.That(_initiator.IsClosed);
        Assert.That(() => _initiator.Submit(new LoopbackCommand { Cdb = new byte[6] }), Throws.InvalidOperationException);
        Assert.That(() => _initiator.ExecuteAsync(new byte[6]), Throws.InvalidOperationException);
        Assert.That(() => _initiator.ManageAsync(TaskManagementFunction.QueryTask), Throws.InvalidOperationException);
        _initiator.EndOfBurst();
    }

    [Test]
    public async Task Held_data_out_is_given_or_lost_once()
    {
        var write = new LoopbackCommand { Cdb = ProbeHandler.Cdb(true, 5), DataOut = new byte[] { 1, 2, 3, 4, 5 }, HoldsDataOut = true };
        Assert.That(() => write.DeliverDataOut(), Throws.InvalidOperationException);
        _initiator.Submit(write);
        _initiator.EndOfBurst();
        Assert.That(write.IsDataOutHeld);
        Assert.That(write.IsCompleted, Is.False);
        write.DeliverDataOut();
        Assert.That(_probe.Medium[..5], Is.EqualTo(new byte[] { 1, 2, 3, 4, 5 }));
        Assert.That(() => write.FailDataOut(default), Throws.InvalidOperationException);
        Assert.That(write.Result.Status, Is.EqualTo(ScsiStatus.Good));
        _initiator.Submit(write);
        _initiator.EndOfBurst();
        await _initiator.CloseAsync();
        Assert.That(write.Result.NoResponse);
        Assert.That(() => write.DeliverDataOut(), Throws.InvalidOperationException);
    }

    [Test]
    public void A_held_response_is_given_or_lost_once()
    {
        var read = new LoopbackCommand { Cdb = ProbeHandler.Cdb(false, 5), DataIn = new byte[5], HoldsResponse = true };
        Assert.That(() => read.DeliverResponse(), Throws.InvalidOperationException);
        _initiator.Submit(read);
        _initiator.EndOfBurst();
        Assert.That(read.IsResponseHeld);
        read.DeliverResponse(delivered: false);
        Assert.That(read.Result.NoResponse);
        Assert.That(_initiator.Session.UndeliveredResponses, Is.EqualTo(1));
        Assert.That(() => read.DeliverResponse(), Throws.InvalidOperationException);
    }

    [Test]
    public void Data_beyond_the_initiator_s_memory_is_dropped_or_zeros()
    {
        Array.Fill(_probe.Medium, (byte)7, 0, 100);
        var write = new LoopbackCommand
        {
            Cdb = ProbeHandler.Cdb(true, 100),
            DataOut = new byte[] { 1, 2 },
            ExpectedDirection = DataDirection.FromInitiator,
            ExpectedLength = 100,
        };
        _initiator.Submit(write);
        _initiator.EndOfBurst();
        Assert.That(_probe.Medium[..100], Is.EqualTo((byte[])[1, 2, .. new byte[98]]));
        var read = new LoopbackCommand
        {
            Cdb = ProbeHandler.Cdb(false, 100),
            DataIn = new byte[2],
            ExpectedDirection = DataDirection.ToInitiator,
            ExpectedLength = 100,
        };
        _initiator.Submit(read);
        _initiator.EndOfBurst();
        Assert.That(read.DataIn.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(read.Result.DataInLength, Is.EqualTo(100));
    }

    [Test]
    public async Task Disposing_the_driver_ends_what_is_on_its_way()
    {
        _probe.Holds = true;
        Task<LoopbackResult> read = _initiator.ExecuteAsync(ProbeHandler.Cdb(false, 5), dataIn: new byte[5]).AsTask();
        Task disposal = _driver.DisposeAsync().AsTask();
        Assert.That(disposal.IsCompleted, Is.False);
        _probe.Release();
        await disposal.WaitAsync(_hang);
        Assert.That((await read).NoResponse);
        Assert.That(_engine.Targets, Is.Empty);
    }
}
