using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Access;

/// <summary>What an initiator sees of a change of its LUN map while it works.</summary>
[TestFixture]
internal sealed class ChangeAccessTests : EngineFixture
{
    private readonly FakeTimeProvider _clock = new();
    private ScriptedHandler _otherDisk = null!;
    private LogicalUnit _other = null!;

    protected override ScsiEngineOptions EngineOptions => new() { TimeProvider = _clock };

    [SetUp]
    public void AddAnotherDisk()
    {
        _otherDisk = new ScriptedHandler();
        _other = Add("other", _otherDisk);
        Target.ChangeAccess(options => options.AddLun("default", new(1, _other)));
    }

    [Test]
    public async Task Sessions_are_opened_and_closed_while_a_change_is_being_made()
    {
        LoopbackInitiator early = Login("early");
        LoopbackInitiator? late = null;
        Task? closing = null;
        Target.ChangeAccess(options =>
        {
            var driver = new Thread(() =>
            {
                late = Connect("late");
                closing = early.CloseAsync().AsTask();
            });
            driver.Start();
            driver.Join(TimeSpan.FromMinutes(2));
            return options.AddLun("default", new(5, Unit));
        });
        Assert.That(late, Is.Not.Null, "Opening a session waits for the change.");
        Assert.That(closing, Is.Not.Null, "Closing a session waits for the change.");
        await closing!;
        Assert.That(Target.Sessions, Is.EqualTo(new[] { late!.Session }));
        Expect.Check(Run(late!, Cdbs.TestUnitReady, lun: 5), 0x6, 0x2900);
        await late!.CloseAsync();
    }

    [Test]
    public void A_LUN_that_is_gone_is_not_supported_and_its_neighbour_works_on()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        AccessChange change = Target.ChangeAccess(options => options.RemoveLun("default", 1));
        Assert.That(change.Drained.IsCompleted);
        Assert.That(change.Reassigned, Is.EqualTo(new[] { initiator.Session }));
        Expect.Check(Run(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1), 0x5, 0x2500);
        Expect.Check(Run(initiator, Cdbs.Read(0, 1), dataIn: 512), 0x6, 0x3F0E);
        Expect.Good(Run(initiator, Cdbs.Read(0, 1), dataIn: 512));
        Assert.That(_otherDisk.Started, Is.Empty);
        Assert.That(_other.Nexuses, Is.Empty);
        Assert.That(Fetch(initiator, Cdbs.ReportLuns(), 64)[3], Is.EqualTo(8), "LUN LIST LENGTH of one LUN (SPC-6, REPORT LUNS parameter data)");
    }

    [Test]
    public void A_new_LUN_works_and_begins_with_its_power_on()
    {
        Target.ChangeAccess(options => options.RemoveLun("default", 1));
        LoopbackInitiator initiator = Login();
        Target.ChangeAccess(options => options.AddLun("default", new(1, _other)));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady, lun: 1), 0x6, 0x2900);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady, lun: 1), 0x6, 0x3F0E);
        Expect.Good(Run(initiator, Cdbs.TestUnitReady, lun: 1));
        Expect.Good(Run(initiator, Cdbs.TestUnitReady));
    }

    [TestCase(0)]
    [TestCase(1)]
    public void That_the_inventory_has_changed_is_told_once_at_whichever_LUN_comes_first(int first)
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        Target.ChangeAccess(options => options.AddLun("default", new(2, _other)));
        Target.ChangeAccess(options => options.AddLun("default", new(3, _other)));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady, lun: first), 0x6, 0x3F0E);
        Expect.Good(Run(initiator, Cdbs.TestUnitReady, lun: 1 - first));
        Expect.Good(Run(initiator, Cdbs.TestUnitReady, lun: first));
    }

    [Test]
    public void Report_luns_is_told_of_the_new_inventory_and_so_is_nobody_after_it()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        Target.ChangeAccess(options => options.AddLun("default", new(2, _other)));
        Assert.That(Fetch(initiator, Cdbs.ReportLuns(), 64)[3], Is.EqualTo(3 * 8));
        Expect.Good(Run(initiator, Cdbs.TestUnitReady));
        Expect.Good(Run(initiator, Cdbs.TestUnitReady, lun: 1));
    }

    [Test]
    public void A_running_command_of_a_LUN_that_is_gone_may_end()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        _otherDisk.Holds = static _ => true;
        LoopbackCommand running = Start(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1);
        AccessChange change = Target.ChangeAccess(options => options.RemoveLun("default", 1));
        Assert.That(change.Drained.IsCompleted, Is.False);
        Assert.That(_other.Nexuses.Count, Is.EqualTo(1), "Resets and fences of others must find it.");
        Expect.Check(Run(initiator, Cdbs.TestUnitReady, lun: 1), 0x5, 0x2500);
        _otherDisk.ReleaseAll();
        Expect.Good(running);
        Assert.That(change.Drained.IsCompleted);
        Assert.That(_other.Nexuses, Is.Empty);
    }

    [Test]
    public void Commands_that_wait_for_their_turn_at_a_LUN_that_is_gone_end_at_once()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        _otherDisk.Holds = static _ => true;
        LoopbackCommand running = Start(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1);
        LoopbackCommand ordered = Start(initiator, Cdbs.Write(0, 1), Pattern(512, 1), lun: 1, attribute: TaskAttribute.Ordered);
        LoopbackCommand behind = Start(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1);
        Target.ChangeAccess(options => options.RemoveLun("default", 1));
        Assert.That(ordered.IsCompleted && behind.IsCompleted);
        Expect.Check(ordered.Result, 0x5, 0x2500);
        Expect.Check(behind.Result, 0x5, 0x2500);
        _otherDisk.ReleaseAll();
        Expect.Good(running);
        Assert.That(_otherDisk.Started, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_running_command_is_aborted_when_its_time_is_over_and_ends_with_a_status()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        _otherDisk.Holds = static _ => true;
        LoopbackCommand running = Start(initiator, Cdbs.Write(0, 1), Pattern(512, 1), lun: 1);
        AccessChange change = Target.ChangeAccess(
            options => options.RemoveLun("default", 1),
            new AccessChangePolicy { DrainTime = TimeSpan.FromSeconds(3) });
        _clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.That(_otherDisk.Held[0].IsAborted, Is.False);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(_otherDisk.Held[0].IsAborted);
        Assert.That(change.Drained.IsCompleted, Is.False, "The handler still has it.");
        _otherDisk.ReleaseAll();
        Expect.Check(running.Result, 0xB, 0x2F02);
        Assert.That(change.Drained.IsCompleted);
    }

    [Test]
    public void A_time_of_zero_aborts_at_once_and_an_infinite_one_never()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        _otherDisk.Holds = static _ => true;
        LoopbackCommand first = Start(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1);
        Target.ChangeAccess(options => options.RemoveLun("default", 1), new AccessChangePolicy { DrainTime = TimeSpan.Zero });
        _otherDisk.Release(_otherDisk.Held[0].Tag);
        Expect.Check(first.Result, 0xB, 0x2F02);
        Target.ChangeAccess(options => options.AddLun("default", new(1, _other)));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady, lun: 1), 0x6, 0x2900);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady, lun: 1), 0x6, 0x3F0E);
        LoopbackCommand second = Start(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1);
        Target.ChangeAccess(
            options => options.RemoveLun("default", 1),
            new AccessChangePolicy { DrainTime = System.Threading.Timeout.InfiniteTimeSpan });
        _clock.Advance(TimeSpan.FromDays(100));
        _otherDisk.ReleaseAll();
        Expect.Good(second);
    }

    [TestCase(-2)]
    [TestCase(25L * 24 * 3600 * 1000)]
    public void A_time_that_no_timer_can_keep_is_refused(long milliseconds) => Assert.That(
        () => new AccessChangePolicy { DrainTime = TimeSpan.FromMilliseconds(milliseconds) },
        Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task An_abort_of_a_command_that_is_stuck_is_not_answered_before_it_has_ended()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        _otherDisk.Holds = static _ => true;
        LoopbackCommand stuck = Start(initiator, Cdbs.Write(0, 1), Pattern(512, 1), lun: 1);
        Target.ChangeAccess(options => options.RemoveLun("default", 1));
        Task<TaskManagementResponse> abort = Begin(initiator, TaskManagementFunction.AbortTask, 1, _otherDisk.Held[0].Tag);
        Assert.That(abort.IsCompleted, Is.False);
        // The own nexus has the last word: no response follows the one to the function.
        _clock.Advance(TimeSpan.FromMinutes(1));
        _otherDisk.ReleaseAll();
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.NoResponse(stuck);
    }

    [Test]
    public async Task Functions_for_a_LUN_that_is_gone_are_refused()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        Target.ChangeAccess(options => options.RemoveLun("default", 1));
        Assert.That(
            await Manage(initiator, TaskManagementFunction.LogicalUnitReset, 1),
            Is.EqualTo(TaskManagementResponse.IncorrectLogicalUnitNumber));
        Assert.That(await Manage(initiator, TaskManagementFunction.TargetReset), Is.EqualTo(TaskManagementResponse.FunctionComplete));
    }

    [Test]
    public void A_LUN_that_becomes_another_device_says_so()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        _otherDisk.Holds = static _ => true;
        LoopbackCommand running = Start(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1);
        AccessChange change = Target.ChangeAccess(options => options.ReplaceLun("default", new(1, Unit)));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady, lun: 1), 0x6, 0x2900);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady, lun: 1), 0x6, 0x3F03);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady, lun: 1), 0x6, 0x3F0E);
        Expect.Good(Run(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1));
        Assert.That(Disk.Started, Has.Count.EqualTo(1));
        Assert.That(change.Drained.IsCompleted, Is.False);
        _otherDisk.ReleaseAll();
        Expect.Good(running);
    }

    [Test]
    public void A_LUN_that_becomes_read_only_keeps_its_nexus_and_says_so()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        LunNexus nexus = initiator.Session.FindNexus(Lun.FromNumber(1))!;
        AccessChange change = Target.ChangeAccess(options => options.ReplaceLun("default", new(1, _other, IsReadOnly: true)));
        Assert.That(change.Drained.IsCompleted);
        Assert.That(initiator.Session.FindNexus(Lun.FromNumber(1)), Is.SameAs(nexus));
        Expect.Check(Run(initiator, Cdbs.Write(0, 1), Pattern(512, 1), lun: 1), 0x6, 0x2A01);
        Expect.Check(Run(initiator, Cdbs.Write(0, 1), Pattern(512, 1), lun: 1), 0x7, 0x2700);
        Expect.Good(Run(initiator, Cdbs.TestUnitReady));
        Target.ChangeAccess(options => options.ReplaceLun("default", new(1, _other)));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady, lun: 1), 0x6, 0x2A01);
        Expect.Good(Run(initiator, Cdbs.Write(0, 1), Pattern(512, 1), lun: 1));
    }

    [Test]
    public void What_both_maps_have_is_kept_with_its_reservation_and_its_unit_attentions()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        LoopbackInitiator neighbour = Login("neighbour");
        Expect.Good(Run(initiator, Cdbs.Reserve6));
        Unit.EstablishUnitAttention(AdditionalSense.CapacityDataHasChanged);
        Target.ChangeAccess(options => options.RemoveLun("default", 1));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2A09);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x3F0E);
        Expect.Good(Run(initiator, Cdbs.TestUnitReady));
        Expect.Status(Run(neighbour, Cdbs.Read(0, 1), dataIn: 512), ScsiStatus.ReservationConflict);
    }

    [Test]
    public void What_is_gone_drops_its_reservation_when_its_last_command_has_ended()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        Target own = Driver.AddTarget("own", new TargetOptions { DefaultGroup = AccessControlGroup.Of(_other) });
        LoopbackInitiator neighbour = Login("neighbour", own);
        Expect.Good(Run(initiator, Cdbs.Reserve6, lun: 1));
        _otherDisk.Holds = command => command.Session == initiator.Session;
        Start(initiator, Cdbs.Write(0, 1), Pattern(512, 1), lun: 1);
        Target.ChangeAccess(options => options.RemoveLun("default", 1));
        Expect.Status(Run(neighbour, Cdbs.Read(0, 1), dataIn: 512), ScsiStatus.ReservationConflict);
        _otherDisk.ReleaseAll();
        Expect.Good(Run(neighbour, Cdbs.Read(0, 1), dataIn: 512));
    }

    [Test]
    public void A_session_that_closes_meanwhile_leaves_nothing_behind()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        _otherDisk.Holds = static _ => true;
        LoopbackCommand running = Start(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1);
        AccessChange change = Target.ChangeAccess(options => options.RemoveLun("default", 1));
        Task closing = initiator.Session.CloseAsync(SessionEndReason.ConnectionLost).AsTask();
        _otherDisk.ReleaseAll();
        Assert.That(closing.IsCompleted && change.Drained.IsCompleted);
        Expect.NoResponse(running);
        Assert.That(_other.Nexuses, Is.Empty);
        Assert.That(Unit.Nexuses, Is.Empty);
    }

    [Test]
    public void An_initiator_moves_to_another_group_and_its_neighbour_notices_nothing()
    {
        Target.ChangeAccess(options => options
            .AddGroup(new AccessControlGroup { Name = "a", Initiators = ["mover", "stayer"], Luns = [new(0, Unit)] })
            .AddGroup(new AccessControlGroup { Name = "b", Luns = [new(0, Unit), new(5, _other)] }));
        LoopbackInitiator mover = Login("mover");
        LoopbackInitiator stayer = Login("stayer");
        AccessChange change = Target.ChangeAccess(options => options.MoveInitiator("mover", "a", "b"));
        Assert.That(change.Reassigned, Is.EqualTo(new[] { mover.Session }));
        Assert.That((mover.Session.GroupName, stayer.Session.GroupName), Is.EqualTo(("b", "a")));
        Expect.Check(Run(mover, Cdbs.TestUnitReady, lun: 5), 0x6, 0x2900);
        Expect.Good(Run(stayer, Cdbs.TestUnitReady));
        Expect.Check(Run(stayer, Cdbs.TestUnitReady, lun: 5), 0x5, 0x2500);
    }

    [Test]
    public void A_change_of_nothing_tells_nobody()
    {
        LoopbackInitiator initiator = Login("initiator", null, 0, 1);
        AccessChange change = Target.ChangeAccess(options => options with { DefaultGroup = options.DefaultGroup with { Luns = [.. options.DefaultGroup.Luns] } });
        Assert.That(change.Reassigned, Is.Empty);
        Expect.Good(Run(initiator, Cdbs.TestUnitReady));
    }

    [Test]
    public void A_session_that_is_opened_later_gets_the_new_map()
    {
        Target.ChangeAccess(options => options.RemoveLun("default", 0));
        Assert.That(Target.HasLunsFor("initiator"));
        Expect.Check(Run(Connect(), Cdbs.TestUnitReady), 0x5, 0x2500);
        Target.ChangeAccess(options => options.RemoveLun("default", 1));
        Assert.That(Target.HasLunsFor("initiator"), Is.False);
    }
}
