using System.Collections.Generic;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>A handler may gather the commands of a receive burst; a driver is told when it has all responses.</summary>
[TestFixture]
internal sealed class BurstTests : EngineFixture
{
    private LoopbackInitiator _initiator = null!;

    private GatheringHandler Gatherer => (GatheringHandler)Disk;

    [SetUp]
    public void Connect()
    {
        _initiator = Login();
        Gatherer.Bursts.Clear();
    }

    protected override ScriptedHandler CreateDisk() => new GatheringHandler();

    [Test]
    public void All_commands_of_a_burst_are_submitted_together()
    {
        LoopbackCommand[] reads = [Submit(), Submit(), Submit()];
        Assert.That(Gatherer.Bursts, Is.Empty);
        Assert.That(reads[0].IsCompleted, Is.False);
        _initiator.EndOfBurst();
        Assert.That(Gatherer.Bursts, Is.EqualTo(new[] { 3 }));
        foreach (LoopbackCommand read in reads)
            Expect.Good(read);
    }

    [Test]
    public void A_self_test_is_one_of_the_commands_of_a_burst([Values] bool inBurst)
    {
        var test = new LoopbackCommand { Cdb = new byte[] { 0x1D, 0x04, 0, 0, 0, 0 } };
        if (inBurst)
        {
            LoopbackCommand read = Submit();
            _initiator.Submit(test);
            Assert.That(test.IsCompleted, Is.False);
            _initiator.EndOfBurst();
            Assert.That(Gatherer.Bursts, Is.EqualTo(new[] { 2 }));
            Expect.Good(read);
        }
        else
        {
            _initiator.Submit(test);
            _initiator.EndOfBurst();
            Assert.That(Gatherer.Bursts, Is.EqualTo(new[] { 1 }));
        }
        Expect.Good(test);
    }

    [Test]
    public void A_burst_without_commands_of_a_handler_does_not_reach_it()
    {
        _initiator.EndOfBurst();
        Expect.Good(Run(_initiator, Cdbs.TestUnitReady));
        Assert.That(Gatherer.Bursts, Is.Empty);
    }

    [Test]
    public void Each_handler_is_told_once_and_only_for_its_own()
    {
        var second = new GatheringHandler();
        Target target = Driver.AddTarget("two", new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit, Add("second", second)) });
        LoopbackInitiator initiator = Login("initiator", target, 0, 1);
        Submit(initiator, 0);
        Submit(initiator, 1);
        Submit(initiator, 0);
        initiator.EndOfBurst();
        Assert.That(Gatherer.Bursts, Is.EqualTo(new[] { 2 }));
        Assert.That(second.Bursts, Is.EqualTo(new[] { 1 }));
        initiator.EndOfBurst();
        Assert.That(second.Bursts, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_command_that_gets_its_turn_outside_a_burst_is_a_burst_of_its_own()
    {
        Gatherer.Gathers = command => command.TaskAttribute == TaskAttribute.Simple;
        Disk.Holds = command => command.TaskAttribute == TaskAttribute.Ordered;
        LoopbackCommand ordered = Submit(attribute: TaskAttribute.Ordered);
        LoopbackCommand[] reads = [Submit(), Submit()];
        _initiator.EndOfBurst();
        Assert.That(Gatherer.Bursts, Is.EqualTo(new[] { 0 }), "The ordered command was in the burst, and was not gathered.");
        Disk.Release(ordered.Tag);
        Assert.That(Gatherer.Bursts, Is.EqualTo(new[] { 0, 1, 1 }));
        Expect.Good(reads[0]);
        Expect.Good(reads[1]);
    }

    [Test]
    public void The_driver_is_told_after_the_handlers()
    {
        var driver = new BurstDriver();
        Session session = OpenSession(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady, tag: 1);
        RecordingDriver.Submit(session, Cdbs.Read(0, 1), DataDirection.ToInitiator, 512, tag: 2);
        Assert.That(driver.Events, Is.EqualTo(new[] { "response 1" }));
        session.EndOfBurst();
        Assert.That(driver.Events, Is.EqualTo(new[] { "response 1", "response 2", "end of burst" }));
    }

    [Test]
    public void All_commands_of_a_burst_have_one_time_stamp()
    {
        var stamps = new List<long>();
        Disk.OnExecute = command =>
        {
            stamps.Add(command.ReceivedTimestamp);
            command.Complete();
        };
        Gatherer.Gathers = _ => false;
        Submit();
        Submit();
        _initiator.EndOfBurst();
        Assert.That(stamps, Has.Count.EqualTo(2));
        Assert.That(stamps[0], Is.EqualTo(stamps[1]));
    }

    private LoopbackCommand Submit(LoopbackInitiator? initiator = null, int lun = 0, TaskAttribute attribute = TaskAttribute.Simple)
    {
        var command = new LoopbackCommand
        {
            Cdb = Cdbs.Read(0, 1),
            DataIn = new byte[512],
            Lun = Lun.FromNumber(lun),
            TaskAttribute = attribute,
        };
        (initiator ?? _initiator).Submit(command);
        return command;
    }

    private sealed class GatheringHandler : ScriptedHandler, IBurstHandler, ISelfTestHandler
    {
        private readonly List<ScsiCommand> _gathered = [];

        /// <summary>How many commands were gathered when each burst ended.</summary>
        internal List<int> Bursts { get; } = [];

        internal System.Func<ScsiCommand, bool> Gathers { get; set; } = _ => true;

        public override void Execute(ScsiCommand command)
        {
            if (Gathers(command))
                _gathered.Add(command);
            else
                base.Execute(command);
        }

        public void SelfTest(ScsiCommand command) => _gathered.Add(command);

        public void EndOfBurst()
        {
            ScsiCommand[] commands = [.. _gathered];
            _gathered.Clear();
            Bursts.Add(commands.Length);
            foreach (ScsiCommand command in commands)
            {
                if (command.Descriptor!.Code == OperationCode.SendDiagnostic)
                    command.Complete();
                else
                    Finish(command);
            }
        }
    }

    private sealed class BurstDriver : ITargetDriver, IBurstDriver
    {
        internal List<string> Events { get; } = [];

        public void EndOfBurst(Session session) => Events.Add("end of burst");

        public void RequestDataOut(ScsiCommand command) => command.DataOutReceived();

        public void AbortDataOut(ScsiCommand command)
        {
        }

        public void SendResponse(ScsiCommand command)
        {
            Events.Add($"response {command.Tag}");
            command.ResponseSent(delivered: true);
        }

        public void TaskManagementDone(TaskManagementRequest request)
        {
        }
    }
}
