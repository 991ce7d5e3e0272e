using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>Every command ends once; whoever tries twice is told, and a long chain of ends needs no deep stack.</summary>
[TestFixture]
internal sealed class CompletionTests : EngineFixture
{
    private const int SmallStack = 192 << 10;
    private const int Chain = 100_000;

    private LoopbackInitiator _initiator = null!;

    protected override LogicalUnitOptions UnitOptions => new() { QueueDepth = 60_000 };

    [SetUp]
    public void Connect() => _initiator = Login();

    [Test]
    public void Completing_a_command_twice_throws_and_sends_nothing_twice()
    {
        var ends = new Action<ScsiCommand>[]
        {
            command => command.Complete(),
            command => command.CompleteDataIn(0),
            command => command.Fail(Sense.MediumError(AdditionalSense.UnrecoveredReadError)),
            command => command.Reply(new byte[4]),
        };
        foreach (Action<ScsiCommand> first in ends)
        {
            foreach (Action<ScsiCommand> second in ends.Take(2))
            {
                int completed = 0;
                Exception? thrown = null;
                Disk.OnExecute = command =>
                {
                    first(command);
                    thrown = Assert.Catch(() => second(command));
                };
                var read = new LoopbackCommand(_ => completed++) { Cdb = Cdbs.Read(0, 1), DataIn = new byte[512] };
                _initiator.Submit(read);
                _initiator.EndOfBurst();
                Assert.That(thrown, Is.TypeOf<InvalidOperationException>());
                Assert.That(completed, Is.EqualTo(1));
            }
        }
    }

    [Test]
    public void Of_two_threads_that_complete_a_command_one_is_told()
    {
        const int Rounds = 20_000;
        int thrown = 0;
        int completed = 0;
        ScsiCommand? command = null;
        using var barrier = new Barrier(2);
        Disk.OnExecute = executed => command = executed;
        var other = new Thread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                barrier.SignalAndWait();
                Complete();
                barrier.SignalAndWait();
            }
        })
        { IsBackground = true };
        other.Start();
        // Held back until both have tried, so that the command is not in use again meanwhile.
        var read = new LoopbackCommand(_ => completed++) { Cdb = Cdbs.Read(0, 1), DataIn = new byte[512], HoldsResponse = true };
        for (int i = 0; i < Rounds; i++)
        {
            _initiator.Submit(read);
            _initiator.EndOfBurst();
            barrier.SignalAndWait();
            Complete();
            barrier.SignalAndWait();
            read.DeliverResponse();
        }
        other.Join();
        Assert.That(thrown, Is.EqualTo(Rounds));
        Assert.That(completed, Is.EqualTo(Rounds));

        void Complete()
        {
            try
            {
                command!.Complete();
            }
            catch (InvalidOperationException)
            {
                Interlocked.Increment(ref thrown);
            }
        }
    }

    [Test]
    public void Completing_a_command_before_its_turn_throws()
    {
        Exception? thrown = null;
        Disk.OnParse = command => thrown = Assert.Catch(() => command.Complete());
        Expect.Good(Run(_initiator, Cdbs.Read(0, 1), dataIn: 512));
        Assert.That(thrown, Is.TypeOf<InvalidOperationException>());
    }

    [Test]
    public void A_driver_that_answers_what_it_was_not_asked_is_told()
    {
        var driver = new RecordingDriver();
        Session session = OpenSession(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        ScsiCommand? kept = null;
        driver.OnSendResponse = command => kept = command;
        Disk.Holds = _ => true;
        ScsiCommand read = RecordingDriver.Submit(session, Cdbs.Read(0, 1), DataDirection.ToInitiator, 512);
        Assert.That(() => read.DataOutReceived(), Throws.InvalidOperationException);
        Assert.That(() => read.ResponseSent(true), Throws.InvalidOperationException);
        Assert.That(() => session.Submit(read), Throws.InvalidOperationException);
        Assert.That(
            () => read.Initialize(1, Lun.Zero, Cdbs.TestUnitReady, TaskAttribute.Simple, DataDirection.None, 0),
            Throws.InvalidOperationException);
        Disk.ReleaseAll();
        Assert.That(kept, Is.SameAs(read));
        read.ResponseSent(true);
        Assert.That(() => read.ResponseSent(true), Throws.InvalidOperationException);
    }

    [TestCase(0)]
    [TestCase(261)]
    public void A_cdb_of_an_impossible_length_is_refused(int length)
    {
        ScsiCommand command = _initiator.Session.RentCommand();
        Assert.That(
            () => command.Initialize(1, Lun.Zero, new byte[length], TaskAttribute.Simple, DataDirection.None, 0),
            Throws.ArgumentException);
        Assert.That(() => new LoopbackCommand { Cdb = new byte[length] }, Throws.ArgumentException);
    }

    [Test]
    public void Statuses_that_a_handler_may_choose_arrive()
    {
        ScsiStatus[] statuses = [ScsiStatus.ConditionMet, ScsiStatus.Busy, ScsiStatus.TaskSetFull, ScsiStatus.ReservationConflict];
        foreach (ScsiStatus status in statuses)
        {
            Disk.OnExecute = command => command.Complete(status);
            Expect.Status(Run(_initiator, Cdbs.Synchronize), status);
        }
    }

    [Test]
    public void A_long_chain_of_commands_that_wait_for_each_other_needs_no_deep_stack()
    {
        LoopbackInitiator second = Login("second");
        Disk.Holds = command => Disk.Started.Count == 1;
        int completed = 0;
        LoopbackCommand[] chain = [.. Enumerable.Range(0, Chain).Select(_ => new LoopbackCommand(_ => completed++)
        {
            Cdb = Cdbs.Synchronize,
            TaskAttribute = TaskAttribute.Ordered,
        })];
        OnSmallStack(() =>
        {
            for (int i = 0; i < Chain; i++)
                (i % 2 == 0 ? _initiator : second).Submit(chain[i]);
            _initiator.EndOfBurst();
            second.EndOfBurst();
            Assert.That(Disk.Started, Has.Count.EqualTo(1));
            Disk.Release(chain[0].Tag);
        });
        Assert.That(completed, Is.EqualTo(Chain));
        Assert.That(Disk.Started.SequenceEqual(chain.Select(command => command.Tag)));
    }

    [Test]
    public void A_command_that_submits_itself_again_for_ever_needs_no_deep_stack()
    {
        int left = Chain;
        var command = new LoopbackCommand(ended =>
        {
            if (--left == 0)
                return;
            _initiator.Submit(ended);
            _initiator.EndOfBurst();
        })
        {
            Cdb = Cdbs.Synchronize,
        };
        OnSmallStack(() =>
        {
            _initiator.Submit(command);
            _initiator.EndOfBurst();
        });
        Assert.That(left, Is.Zero);
        Expect.Good(command);
    }

    [Test]
    public async Task Aborting_a_long_queue_needs_no_deep_stack()
    {
        Disk.Holds = _ => true;
        int completed = 0;
        Task<TaskManagementResponse>? clear = null;
        OnSmallStack(() =>
        {
            for (int i = 0; i < 20_000; i++)
                _initiator.Submit(new LoopbackCommand(_ => completed++) { Cdb = Cdbs.Synchronize, TaskAttribute = TaskAttribute.Ordered });
            _initiator.EndOfBurst();
            clear = Begin(_initiator, TaskManagementFunction.ClearTaskSet);
            Assert.That(completed, Is.EqualTo(19_999));
            Disk.ReleaseAll();
        });
        Assert.That(completed, Is.EqualTo(20_000));
        Assert.That(await clear!, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(Disk.Started, Has.Count.EqualTo(1));
    }

    /// <summary>A stack on which a recursion over the chain would end the process.</summary>
    private static void OnSmallStack(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    action();
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            },
            SmallStack);
        thread.Start();
        thread.Join();
        Assert.That(failure, Is.Null);
    }
}
