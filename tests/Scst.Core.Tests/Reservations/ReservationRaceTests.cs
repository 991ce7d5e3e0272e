using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>Changes of persistent reservations that meet aborts, resets, ends of sessions, and each other.</summary>
internal sealed class ReservationRaceTests : ReservationFixture
{
    private LoopbackInitiator _a = null!;
    private LoopbackInitiator _b = null!;

    [SetUp]
    public void RegisterBoth()
    {
        _a = Login("a");
        _b = Login("b");
        RegisterDurably(_a, KeyA);
        RegisterDurably(_b, KeyB);
    }

    [TearDown]
    public void CompleteWrites()
    {
        Store.HoldsWrites = false;
        while (Store.HeldWrites > 0)
            Store.CompleteWrite();
    }

    [Test]
    public async Task A_change_that_was_aborted_in_the_queue_is_never_made()
    {
        Store.HoldsWrites = true;
        LoopbackCommand first = StartOut(_a, Order(Reserve, KeyA, type: WriteExclusiveRegistrantsOnly));
        LoopbackCommand queued = StartOut(_b, Order(Preempt, KeyB, KeyA));
        LoopbackCommand last = StartOut(_a, Order(Register, KeyA, 0xAA) with { Aptpl = true });
        Assert.That(
            await Manage(_b, TaskManagementFunction.AbortTask, tag: queued.Tag),
            Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.NoResponse(queued);
        Store.CompleteWrite();
        Expect.Good(first);
        Store.CompleteWrite();
        Expect.Good(last);
        Assert.That(FullStatus(_b), Is.EqualTo(new[] { "a at 1: AA*", "b at 1: B" }));
    }

    [Test]
    public async Task A_session_with_changes_in_the_queue_ends_at_once()
    {
        Store.HoldsWrites = true;
        LoopbackCommand first = StartOut(_a, Order(Reserve, KeyA));
        LoopbackCommand change = StartOut(_b, Order(Clear, KeyB));
        LoopbackCommand reserve = Start(_b, Cdbs.Reserve6);
        Task closed = _b.CloseAsync().AsTask();
        Assert.That(closed.IsCompleted);
        await closed;
        Expect.NoResponse(change);
        Expect.NoResponse(reserve);
        Store.CompleteWrite();
        Expect.Good(first);
        Assert.That(Keys(_a), Is.EqualTo(new[] { KeyA, KeyB }));
        Expect.Good(Run(_a, Cdbs.Write(0, 1), Pattern(512, 1)));
    }

    [Test]
    public async Task A_session_ends_when_the_store_has_its_change()
    {
        Store.HoldsWrites = true;
        LoopbackCommand change = StartOut(_b, Order(Reserve, KeyB));
        Task closed = _b.CloseAsync().AsTask();
        Assert.That(closed.IsCompleted, Is.False);
        Store.CompleteWrite();
        await closed;
        Expect.NoResponse(change);
        Assert.That(FullStatus(_a), Is.EqualTo(new[] { "a at 1: A", "b at 1: B*" }));
    }

    [Test]
    public async Task A_reset_answers_when_a_change_that_it_aborts_is_made_for_good()
    {
        Store.HoldsWrites = true;
        LoopbackCommand change = StartOut(_a, Order(Reserve, KeyA));
        LoopbackCommand queued = StartOut(_a, Order(Clear, KeyA));
        Task<TaskManagementResponse> reset = Begin(_b, TaskManagementFunction.LogicalUnitReset);
        Expect.NoResponse(queued);
        Assert.That(reset.IsCompleted, Is.False, "What is being stored may still change what the other initiators may do.");
        Store.CompleteWrite();
        Assert.That(await reset, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.NoResponse(change);
        Expect.Check(Run(_a, Cdbs.TestUnitReady), 0x6, 0x2903);
        Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2903);
        Assert.That(FullStatus(_b), Is.EqualTo(new[] { "a at 1: A*", "b at 1: B" }));
    }

    [Test]
    public async Task An_engine_ends_when_the_store_has_answered()
    {
        Store.HoldsWrites = true;
        LoopbackCommand change = StartOut(_a, Order(Reserve, KeyA));
        Task ended = RestartAsync();
        Assert.That(ended.IsCompleted, Is.False);
        Store.CompleteWrite();
        await ended;
        Expect.NoResponse(change);
        Assert.That(FullStatus(Login("b")), Is.EqualTo(new[] { "a at 1: A*", "b at 1: B" }));
    }

    [Test]
    public void A_register_that_waited_behind_a_RESERVE_conflicts_with_it()
    {
        LoopbackInitiator c = Login("c");
        Store.HoldsWrites = true;
        LoopbackCommand clear = StartOut(_a, Order(Clear, KeyA));
        LoopbackCommand reserve = Start(_b, Cdbs.Reserve6);
        LoopbackCommand own = StartOut(_b, Order(RegisterAndIgnore, 0, KeyB));
        LoopbackCommand register = StartOut(c, Order(Register, 0, 0xC));
        Store.CompleteWrite();
        Expect.Good(clear);
        Expect.Good(reserve);
        Expect.Status(own.Result, ScsiStatus.ReservationConflict);
        Expect.Status(register.Result, ScsiStatus.ReservationConflict);
        Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2A03);
        Expect.Good(Run(_b, Cdbs.Release6));
        Assert.That(Keys(c), Is.Empty);
    }

    [Test]
    public void A_RESERVE_that_waited_behind_a_register_conflicts_with_it()
    {
        Expect.Good(Out(_a, Order(Clear, KeyA)));
        Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2A03);
        Store.HoldsWrites = true;
        LoopbackCommand register = StartOut(_a, Order(Register, 0, KeyA) with { Aptpl = true });
        LoopbackCommand reserve = Start(_b, Cdbs.Reserve6);
        Store.CompleteWrite();
        Expect.Good(register);
        Expect.Status(reserve.Result, ScsiStatus.ReservationConflict);
    }

    [Test]
    public void Of_two_nodes_that_fence_each_other_one_survives()
    {
        Disk.Holds = _ => true;
        LoopbackCommand stuck = Start(_b, Cdbs.Write(0, 1), Pattern(512, 1));
        LoopbackCommand winner = StartOut(_a, Order(PreemptAndAbort, KeyA, KeyB));
        LoopbackCommand before = StartOut(_b, Order(PreemptAndAbort, KeyB, KeyA));
        Expect.Check(before.Result, 0x6, 0x2A05);
        LoopbackCommand loser = StartOut(_b, Order(PreemptAndAbort, KeyB, KeyA));
        Disk.ReleaseAll();
        Expect.NoResponse(stuck);
        Expect.Good(winner);
        Assert.That(loser.IsCompleted);
        Expect.Status(loser.Result, ScsiStatus.ReservationConflict);
        Assert.That(Keys(_a), Is.EqualTo(new[] { KeyA }));
    }

    [Test]
    public void The_fencing_of_a_fenced_node_is_aborted_in_the_queue()
    {
        Store.HoldsWrites = true;
        LoopbackCommand winner = StartOut(_a, Order(PreemptAndAbort, KeyA, KeyB));
        LoopbackCommand loser = StartOut(_b, Order(PreemptAndAbort, KeyB, KeyA));
        Store.CompleteWrite();
        Expect.Good(winner);
        Expect.NoResponse(loser);
        Assert.That(Keys(_a), Is.EqualTo(new[] { KeyA }));
    }

    [Test]
    public async Task A_session_that_fences_can_end_meanwhile()
    {
        Disk.Holds = _ => true;
        LoopbackCommand stuck = Start(_b, Cdbs.Write(0, 1), Pattern(512, 1));
        LoopbackCommand fence = StartOut(_a, Order(PreemptAndAbort, KeyA, KeyB));
        Task closed = _a.CloseAsync().AsTask();
        Task<TaskManagementResponse> reset = Begin(_b, TaskManagementFunction.LogicalUnitReset);
        Assert.That(closed.IsCompleted, Is.False);
        Disk.ReleaseAll();
        await closed;
        Assert.That(await reset, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.NoResponse(fence);
        Expect.NoResponse(stuck);
        Assert.That(Keys(Login("c")), Is.EqualTo(new[] { KeyA }));
    }

    [Test]
    public void Only_commands_of_the_preempted_in_this_logical_unit_are_aborted([Values] bool isTold)
    {
        byte[] control = [0, 0, 0, 0, 0x0A, 0x0A, 0x00, 0x10, 0, 0x40, 0, 0, 0, 0, 0, 0];
        if (isTold)
        {
            Expect.Good(Run(_a, Cdbs.ModeSelect6(control.Length), control));
            Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2A01);
        }
        var otherDisk = new ScriptedHandler();
        LogicalUnit otherUnit = Add("other disk", otherDisk);
        Target both = Driver.AddTarget("both", new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit, otherUnit) });
        LoopbackInitiator c = Login("c", both, 0, 1);
        LoopbackInitiator stranger = Login("stranger", both, 0, 1);
        RegisterDurably(c, KeyB);
        Disk.Holds = otherDisk.Holds = _ => true;
        LoopbackCommand victim = Start(_b, Cdbs.Read(0, 1), dataIn: 512);
        LoopbackCommand victimToo = Start(c, Cdbs.Write(0, 1), Pattern(512, 1));
        LoopbackCommand elsewhere = Start(c, Cdbs.Write(0, 1), Pattern(512, 1), lun: 1);
        LoopbackCommand unregistered = Start(stranger, Cdbs.Write(1, 1), Pattern(512, 1));
        LoopbackCommand fence = StartOut(_a, Order(PreemptAndAbort, KeyA, KeyB));
        Disk.ReleaseAll();
        Expect.Good(fence);
        foreach (LoopbackCommand aborted in new[] { victim, victimToo })
        {
            if (isTold)
                Expect.Status(aborted.Result, ScsiStatus.TaskAborted);
            else
                Expect.NoResponse(aborted);
        }
        Assert.That(elsewhere.IsCompleted, Is.False);
        otherDisk.ReleaseAll();
        Expect.Good(elsewhere);
        Expect.Good(unregistered);
        Expect.Good(Run(c, Cdbs.TestUnitReady, lun: 1));
        Expect.Good(Run(stranger, Cdbs.TestUnitReady));
        Expect.Good(Run(_a, Cdbs.TestUnitReady));
        Expect.Check(Run(c, Cdbs.TestUnitReady), 0x6, 0x2A05);
        Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2A05);
    }

    [Test]
    public void Fencing_reaches_commands_in_every_state()
    {
        Disk.Holds = command => command.Direction == DataDirection.ToInitiator;
        LoopbackCommand answered = Start(_b, Cdbs.TestUnitReady, holdsResponse: true);
        LoopbackCommand fetching = Start(_b, Cdbs.Write(0, 1), Pattern(512, 1), holdsDataOut: true);
        LoopbackCommand executing = Start(_b, Cdbs.Read(0, 1), dataIn: 512);
        LoopbackCommand waiting = Start(_b, Cdbs.Write(1, 1), Pattern(512, 1), attribute: TaskAttribute.Ordered);
        LoopbackCommand fence = StartOut(_a, Order(PreemptAndAbort, KeyA, KeyB) with { Type = ExclusiveAccess });
        // The ORDERED command holds back whoever comes after it.
        Assert.That(fence.IsCompleted, Is.False);
        Disk.Release(executing.Tag);
        Expect.Good(executing);
        Assert.That(fence.IsCompleted, Is.False);
        LoopbackCommand urgent = Start(
            _a,
            Order(PreemptAndAbort, KeyA, KeyB).Cdb(),
            Order(PreemptAndAbort, KeyA, KeyB).List(),
            attribute: TaskAttribute.HeadOfQueue);
        Expect.Good(urgent);
        Expect.NoResponse(fetching);
        Expect.NoResponse(waiting);
        Assert.That(fence.IsCompleted);
        Expect.Status(fence.Result, ScsiStatus.ReservationConflict);
        answered.DeliverResponse();
        Expect.Good(answered);
        Assert.That(Disk.Medium.Take(1024), Is.All.Zero);
    }

    [Test]
    public void A_write_whose_data_comes_after_the_reservation_is_refused()
    {
        LoopbackInitiator c = Login("c");
        LoopbackCommand write = Start(c, Cdbs.Write(0, 1), Pattern(512, 1), holdsDataOut: true);
        Expect.Good(Out(_a, Order(Reserve, KeyA)));
        write.DeliverDataOut();
        Expect.Status(write.Result, ScsiStatus.ReservationConflict);
        Assert.That(Disk.Medium.Take(512), Is.All.Zero);
    }

    [Test]
    public void A_preempt_without_abort_leaves_what_is_under_way()
    {
        Disk.Holds = _ => true;
        LoopbackCommand write = Start(_b, Cdbs.Write(0, 1), Pattern(512, 1));
        Expect.Good(Out(_a, Order(Preempt, KeyA, KeyB)));
        Disk.ReleaseAll();
        Expect.Good(write);
    }

    [Test]
    public void A_parameter_list_may_have_64_KiB_and_not_a_byte_more()
    {
        byte[] list = new byte[0x10000];
        ModelOrder order = Order(Register, KeyA, KeyA) with { SpecifiesPorts = true, Ports = [] };
        order.List().CopyTo(list, 0);
        byte[] cdb = [0x5F, 0, 1, 0, 0, 0, 1, 0, 0, 0];
        // SPEC_I_PT from one who is registered is what is wrong with it, not its length.
        Expect.InvalidFieldInList(Run(_a, cdb, list), 20, 3);
        cdb[8] = 1;
        Expect.Check(Run(_a, cdb, new byte[0x10001]), 0x5, 0x1A00);
        Expect.Check(Run(_a, [0x5F, 0, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0], list), 0x5, 0x1A00);
        // Less data than the CDB says.
        Expect.Check(Run(_a, [0x5F, 0, 1, 0, 0, 0, 0, 0, 24, 0], list[..23]), 0x5, 0x1A00);
    }
}
