using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;
using static Scst.TaskManagementFunction;
using static Scst.TaskManagementResponse;

namespace Scst.Tests.Tasks;

/// <summary>Task management functions that concern whole task sets (SAM-6 7), and what others hear of them.</summary>
[TestFixture]
internal sealed class TaskSetManagementTests : EngineFixture
{
    private LoopbackInitiator _initiator = null!;
    private LoopbackInitiator _other = null!;
    private ScriptedHandler _secondDisk = null!;

    [SetUp]
    public void Connect()
    {
        _secondDisk = new ScriptedHandler { Holds = _ => true };
        Target target = Driver.AddTarget(
            "two",
            new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit, Add("second", _secondDisk)) });
        _initiator = Login("initiator", target, 0, 1);
        _other = Login("other", target, 0, 1);
        Disk.Holds = _ => true;
    }

    [Test]
    public async Task Abort_task_set_ends_the_own_commands_at_one_logical_unit()
    {
        LoopbackCommand[] mine = [Read(_initiator), Read(_initiator)];
        LoopbackCommand elsewhere = Read(_initiator, lun: 1);
        LoopbackCommand theirs = Read(_other);
        Task<TaskManagementResponse> abort = Begin(_initiator, AbortTaskSet);
        Disk.Release(mine[0].Tag);
        Assert.That(abort.IsCompleted, Is.False, "One is still at the handler.");
        Disk.Release(mine[1].Tag);
        Assert.That(await abort, Is.EqualTo(FunctionComplete));
        Expect.NoResponse(mine[0]);
        Expect.NoResponse(mine[1]);
        Untouched(elsewhere, theirs);
        Expect.Good(Run(_initiator, Cdbs.TestUnitReady));
        Expect.Good(Run(_other, Cdbs.TestUnitReady));
    }

    [Test]
    public async Task Commands_that_come_during_abort_task_set_wait_and_those_of_others_do_not()
    {
        LoopbackCommand mine = Read(_initiator);
        Task<TaskManagementResponse> abort = Begin(_initiator, AbortTaskSet);
        LoopbackCommand late = Start(_initiator, Cdbs.TestUnitReady);
        Assert.That(late.IsCompleted, Is.False);
        Expect.Good(Run(_other, Cdbs.TestUnitReady));
        Disk.Release(mine.Tag);
        Assert.That(await abort, Is.EqualTo(FunctionComplete));
        Expect.Good(late);
    }

    [Test]
    public async Task Clear_task_set_ends_everybody_s_commands_and_tells_the_others_by_unit_attention()
    {
        LoopbackCommand mine = Read(_initiator);
        LoopbackCommand theirs = Read(_other);
        LoopbackCommand waiting = Read(_other, TaskAttribute.Ordered);
        Task<TaskManagementResponse> clear = Begin(_initiator, ClearTaskSet);
        Expect.NoResponse(waiting);
        Disk.Release(mine.Tag);
        Assert.That(clear.IsCompleted, Is.False);
        Disk.Release(theirs.Tag);
        Assert.That(await clear, Is.EqualTo(FunctionComplete));
        Expect.NoResponse(mine);
        Expect.NoResponse(theirs);
        Expect.Good(Run(_initiator, Cdbs.TestUnitReady));
        Expect.Check(Run(_other, Cdbs.TestUnitReady), 0x6, 0x2F00);
        Expect.Good(Run(_other, Cdbs.TestUnitReady));
    }

    [Test]
    public async Task Who_lost_no_command_hears_nothing_of_clear_task_set()
    {
        Assert.That(await Manage(_initiator, ClearTaskSet), Is.EqualTo(FunctionComplete));
        Expect.Good(Run(_other, Cdbs.TestUnitReady));
    }

    // SPC-6, TAS: commands aborted by another nexus end in TASK ABORTED, and no unit attention is established.
    [Test]
    public async Task With_tas_the_others_hear_of_clear_task_set_by_status()
    {
        SetTas();
        LoopbackCommand mine = Read(_initiator);
        LoopbackCommand theirs = Read(_other);
        LoopbackCommand waiting = Read(_other, TaskAttribute.Ordered);
        Task<TaskManagementResponse> clear = Begin(_initiator, ClearTaskSet);
        Expect.Status(waiting.Result, ScsiStatus.TaskAborted);
        Disk.Release(mine.Tag);
        Disk.Release(theirs.Tag);
        await clear;
        Expect.NoResponse(mine);
        Expect.Status(theirs.Result, ScsiStatus.TaskAborted);
        Assert.That(theirs.Result.DataInLength, Is.Zero);
        Expect.Good(Run(_other, Cdbs.TestUnitReady));
    }

    [Test]
    public async Task Without_tas_a_logical_unit_reset_is_told_by_unit_attention_alone()
    {
        LoopbackCommand mine = Read(_initiator);
        LoopbackCommand theirs = Read(_other);
        LoopbackCommand elsewhere = Read(_other, lun: 1);
        Task<TaskManagementResponse> reset = Begin(_initiator, LogicalUnitReset);
        Disk.Release(theirs.Tag);
        Assert.That(reset.IsCompleted, Is.False);
        Disk.Release(mine.Tag);
        Assert.That(await reset, Is.EqualTo(FunctionComplete));
        Expect.NoResponse(mine);
        Expect.NoResponse(theirs);
        Untouched(elsewhere);
        Expect.Check(Run(_initiator, Cdbs.TestUnitReady), 0x6, 0x2903);
        Expect.Check(Run(_other, Cdbs.TestUnitReady), 0x6, 0x2903);
        Expect.Good(Run(_other, Cdbs.TestUnitReady, lun: 1));
    }

    [Test]
    public async Task With_tas_a_logical_unit_reset_is_told_by_status_too()
    {
        SetTas();
        LoopbackCommand theirs = Read(_other);
        Task<TaskManagementResponse> reset = Begin(_initiator, LogicalUnitReset);
        Disk.Release(theirs.Tag);
        await reset;
        Expect.Status(theirs.Result, ScsiStatus.TaskAborted);
        Expect.Check(Run(_other, Cdbs.TestUnitReady), 0x6, 0x2903);
    }

    [Test]
    public async Task Nothing_starts_during_a_reset_and_everything_that_waited_goes_on_after_it()
    {
        LoopbackCommand mine = Read(_initiator);
        Task<TaskManagementResponse> reset = Begin(_initiator, LogicalUnitReset);
        LoopbackCommand[] late = [Start(_other, Cdbs.Inquiry(36), dataIn: 36), Read(_initiator), Read(_other, TaskAttribute.HeadOfQueue)];
        Assert.That(Disk.Started, Is.EqualTo(new[] { mine.Tag }));
        Disk.Release(mine.Tag);
        await reset;
        Expect.Good(late[0]);
        Expect.Check(late[1].Result, 0x6, 0x2903);
        Expect.Check(late[2].Result, 0x6, 0x2903);
    }

    [Test]
    public async Task A_target_reset_reaches_every_logical_unit_that_the_initiator_sees()
    {
        LoopbackCommand first = Read(_other);
        LoopbackCommand second = Read(_other, lun: 1);
        Task<TaskManagementResponse> reset = Begin(_initiator, TargetReset);
        Disk.Release(first.Tag);
        Assert.That(reset.IsCompleted, Is.False);
        _secondDisk.Release(second.Tag);
        Assert.That(await reset, Is.EqualTo(FunctionComplete));
        foreach (int lun in new[] { 0, 1 })
        {
            Expect.Check(Run(_initiator, Cdbs.TestUnitReady, lun: lun), 0x6, 0x2903);
            Expect.Check(Run(_other, Cdbs.TestUnitReady, lun: lun), 0x6, 0x2903);
        }
    }

    [Test]
    public async Task A_nexus_reset_ends_the_own_commands_everywhere_and_nobody_else_s()
    {
        LoopbackCommand first = Read(_initiator);
        LoopbackCommand second = Read(_initiator, lun: 1);
        LoopbackCommand theirs = Read(_other);
        Task<TaskManagementResponse> reset = Begin(_initiator, ITNexusReset);
        Disk.Release(first.Tag);
        Assert.That(reset.IsCompleted, Is.False);
        _secondDisk.Release(second.Tag);
        Assert.That(await reset, Is.EqualTo(FunctionComplete));
        Expect.NoResponse(first);
        Expect.NoResponse(second);
        Untouched(theirs);
        Expect.Check(Run(_initiator, Cdbs.TestUnitReady), 0x6, 0x2907);
        Expect.Check(Run(_initiator, Cdbs.TestUnitReady, lun: 1), 0x6, 0x2907);
        Expect.Good(Run(_other, Cdbs.TestUnitReady));
    }

    [Test]
    public async Task Two_resets_at_once_are_both_answered()
    {
        LoopbackCommand theirs = Read(_other);
        Task<TaskManagementResponse> first = Begin(_initiator, LogicalUnitReset);
        Task<TaskManagementResponse> second = Begin(_other, LogicalUnitReset);
        Assert.That(first.IsCompleted || second.IsCompleted, Is.False);
        Disk.Release(theirs.Tag);
        Assert.That(await first, Is.EqualTo(FunctionComplete));
        Assert.That(await second, Is.EqualTo(FunctionComplete));
        Expect.Check(Run(_initiator, Cdbs.TestUnitReady), 0x6, 0x2903);
    }

    [Test]
    public async Task A_reset_waits_for_another_s_command_only_until_it_cannot_touch_the_medium()
    {
        Disk.Holds = null;
        LoopbackCommand theirs = Start(_other, Cdbs.Read(0, 1), dataIn: 512, holdsResponse: true);
        Assert.That(await Manage(_initiator, LogicalUnitReset), Is.EqualTo(FunctionComplete));
        theirs.DeliverResponse();
        Expect.Good(theirs);
    }

    [Test]
    public async Task A_reset_during_a_reset_of_a_closing_session_is_answered()
    {
        LoopbackCommand theirs = Read(_other);
        Task closing = _other.CloseAsync(SessionEndReason.ConnectionLost).AsTask();
        Task<TaskManagementResponse> reset = Begin(_initiator, LogicalUnitReset);
        Assert.That(reset.IsCompleted, Is.False);
        Disk.Release(theirs.Tag);
        await closing;
        Assert.That(await reset, Is.EqualTo(FunctionComplete));
        Expect.NoResponse(theirs);
    }

    private static LoopbackCommand Read(LoopbackInitiator initiator, TaskAttribute attribute = TaskAttribute.Simple, int lun = 0) =>
        Start(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: lun, attribute: attribute);

    private void Untouched(params LoopbackCommand[] commands)
    {
        foreach (LoopbackCommand command in commands)
        {
            Assert.That(command.IsCompleted, Is.False);
            (command.Lun == Lun.Zero ? Disk : _secondDisk).Release(command.Tag);
            Expect.Good(command);
        }
    }

    /// <summary>Sets TAS in the control mode page of LUN 0.</summary>
    private void SetTas()
    {
        byte[] list = [0, 0, 0, 0, 0x0A, 0x0A, 0x00, 0x10, 0, 0x40, 0, 0, 0, 0, 0, 0];
        Expect.Good(Run(_initiator, Cdbs.ModeSelect6(list.Length), list));
        Expect.Check(Run(_other, Cdbs.TestUnitReady), 0x6, 0x2A01);
    }
}
