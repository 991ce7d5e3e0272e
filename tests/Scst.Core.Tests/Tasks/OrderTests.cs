using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>Task attributes (SAM-6 8.5 and 8.6), over all nexuses of the logical unit (TST 000b).</summary>
[TestFixture]
internal sealed class OrderTests : EngineFixture
{
    private LoopbackInitiator _first = null!;
    private LoopbackInitiator _second = null!;

    [SetUp]
    public void Connect()
    {
        _first = Login("first");
        _second = Login("second");
        Disk.Holds = _ => true;
    }

    [Test]
    public void Simple_commands_wait_for_nobody()
    {
        LoopbackCommand[] reads = [Read(_first), Read(_second), Read(_first)];
        Assert.That(Disk.Started, Is.EqualTo(reads.Select(read => read.Tag)));
        Disk.Release(reads[1].Tag);
        Expect.Good(reads[1]);
        Assert.That(reads[0].IsCompleted, Is.False);
    }

    [Test]
    public void An_ordered_command_waits_until_every_older_one_of_all_nexuses_has_completed()
    {
        LoopbackCommand mine = Read(_first);
        LoopbackCommand theirs = Read(_second);
        LoopbackCommand ordered = Read(_first, TaskAttribute.Ordered);
        Started(mine, theirs);
        Disk.Release(mine.Tag);
        Started(mine, theirs);
        Disk.Release(theirs.Tag);
        Started(mine, theirs, ordered);
    }

    [Test]
    public void No_younger_command_starts_before_an_ordered_one_has_completed()
    {
        LoopbackCommand ordered = Read(_first, TaskAttribute.Ordered);
        LoopbackCommand simple = Read(_second);
        LoopbackCommand next = Read(_first, TaskAttribute.Ordered);
        LoopbackCommand last = Read(_second);
        Started(ordered);
        Disk.Release(ordered.Tag);
        Started(ordered, simple);
        Disk.Release(simple.Tag);
        Started(ordered, simple, next);
        Disk.Release(next.Tag);
        Started(ordered, simple, next, last);
        Disk.Release(last.Tag);
        Read(_first);
        Assert.That(Disk.Started, Has.Count.EqualTo(5), "The task set is open again.");
    }

    [Test]
    public void All_simple_commands_between_two_ordered_ones_run_together()
    {
        LoopbackCommand ordered = Read(_first, TaskAttribute.Ordered);
        LoopbackCommand[] between = [Read(_first), Read(_second), Read(_second)];
        LoopbackCommand last = Read(_second, TaskAttribute.Ordered);
        Disk.Release(ordered.Tag);
        Started([ordered, .. between]);
        foreach (LoopbackCommand simple in between.Reverse())
        {
            Assert.That(Disk.Started, Does.Not.Contain(last.Tag));
            Disk.Release(simple.Tag);
        }
        Started([ordered, .. between, last]);
    }

    [Test]
    public void Head_of_queue_starts_at_once_and_holds_back_what_comes_after_it()
    {
        LoopbackCommand simple = Read(_first);
        LoopbackCommand ordered = Read(_first, TaskAttribute.Ordered);
        LoopbackCommand head = Read(_second, TaskAttribute.HeadOfQueue);
        LoopbackCommand late = Read(_second);
        Started(simple, head);
        Disk.Release(simple.Tag);
        Started(simple, head);
        Disk.Release(head.Tag);
        Started(simple, head, ordered);
        Disk.Release(ordered.Tag);
        Started(simple, head, ordered, late);
    }

    [Test]
    public void A_simple_command_waits_for_a_head_of_queue_one()
    {
        LoopbackCommand head = Read(_first, TaskAttribute.HeadOfQueue);
        LoopbackCommand simple = Read(_second);
        Started(head);
        Disk.Release(head.Tag);
        Started(head, simple);
    }

    [Test]
    public void Head_of_queue_passes_an_ordered_command_that_is_running()
    {
        LoopbackCommand ordered = Read(_first, TaskAttribute.Ordered);
        LoopbackCommand head = Read(_second, TaskAttribute.HeadOfQueue);
        Started(ordered, head);
    }

    // SAM-6, implicit HEAD OF QUEUE.
    [TestCase(TaskAttribute.Simple)]
    [TestCase(TaskAttribute.Ordered)]
    public void Inquiry_report_luns_and_request_sense_wait_for_nobody(TaskAttribute attribute)
    {
        Read(_first, TaskAttribute.Ordered);
        Read(_second);
        Expect.Good(Run(_second, Cdbs.Inquiry(96), dataIn: 96, attribute: attribute));
        Expect.Good(Run(_second, Cdbs.ReportLuns(), dataIn: 96, attribute: attribute));
        Expect.Good(Run(_second, Cdbs.RequestSense(), dataIn: 96, attribute: attribute));
    }

    [Test]
    public void Other_commands_of_the_core_wait_as_those_of_the_handler_do()
    {
        LoopbackCommand ordered = Read(_first, TaskAttribute.Ordered);
        LoopbackCommand ready = Start(_second, Cdbs.TestUnitReady);
        Assert.That(ready.IsCompleted, Is.False);
        Disk.Release(ordered.Tag);
        Expect.Good(ready);
    }

    [Test]
    public void A_write_gets_its_data_while_it_waits_for_its_turn()
    {
        LoopbackCommand simple = Read(_first);
        LoopbackCommand write = Start(_first, Cdbs.Write(0, 1), Pattern(512, 1), attribute: TaskAttribute.Ordered, holdsDataOut: true);
        Assert.That(write.IsDataOutHeld);
        write.DeliverDataOut();
        Started(simple);
        Disk.Release(simple.Tag);
        Started(simple, write);
    }

    [Test]
    public void An_ordered_write_keeps_its_place_while_its_data_is_on_the_way()
    {
        LoopbackCommand write = Start(_first, Cdbs.Write(0, 1), Pattern(512, 1), attribute: TaskAttribute.Ordered, holdsDataOut: true);
        LoopbackCommand read = Read(_second);
        Started();
        write.DeliverDataOut();
        Started(write);
        Disk.Release(write.Tag);
        Started(write, read);
        Disk.Release(read.Tag);
        Assert.That(read.DataIn.ToArray(), Is.EqualTo(Pattern(512, 1)));
    }

    [Test]
    public void A_command_that_fails_gives_its_turn_on()
    {
        LoopbackCommand simple = Read(_first);
        LoopbackCommand wrong = Start(_first, [0xFF, 0, 0, 0, 0, 0], attribute: TaskAttribute.Ordered);
        LoopbackCommand next = Read(_second);
        Assert.That(wrong.IsCompleted, Is.False, "It is reported at its turn.");
        Disk.Release(simple.Tag);
        Expect.Check(wrong.Result, 0x5, 0x2000);
        Started(simple, next);
    }

    [Test]
    public void An_aborted_ordered_command_no_longer_holds_back_others()
    {
        LoopbackCommand simple = Read(_first);
        LoopbackCommand ordered = Read(_first, TaskAttribute.Ordered);
        LoopbackCommand late = Read(_second);
        Task<TaskManagementResponse> abort = Begin(_first, TaskManagementFunction.AbortTask, tag: ordered.Tag);
        Assert.That(abort.IsCompleted);
        Expect.NoResponse(ordered);
        Started(simple, late);
    }

    [Test]
    public void Logical_units_are_ordered_each_for_itself()
    {
        var other = new ScriptedHandler();
        Target target = Driver.AddTarget("two", new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit, Add("other", other)) });
        LoopbackInitiator initiator = Login("initiator", target, 0, 1);
        LoopbackCommand ordered = Start(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 0, attribute: TaskAttribute.Ordered);
        Expect.Good(Run(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1, attribute: TaskAttribute.Ordered));
        Started(ordered);
    }

    private static LoopbackCommand Read(LoopbackInitiator initiator, TaskAttribute attribute = TaskAttribute.Simple) =>
        Start(initiator, Cdbs.Read(0, 1), dataIn: 512, attribute: attribute);

    private void Started(params LoopbackCommand[] commands) =>
        Assert.That(Disk.Started, Is.EqualTo(commands.Select(command => command.Tag)));
}
