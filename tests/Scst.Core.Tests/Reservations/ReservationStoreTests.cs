using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>SPC-6, preserving persistent reservations and registrations through power loss; design: GOOD comes after the store.</summary>
internal sealed class ReservationStoreTests : ReservationFixture
{
    private LoopbackInitiator _a = null!;
    private LoopbackInitiator _b = null!;

    [SetUp]
    public void Connect()
    {
        _a = Login("a");
        _b = Login("b");
    }

    [Test]
    public async Task What_was_to_survive_survives_and_the_generation_starts_anew()
    {
        RegisterDurably(_a, KeyA);
        RegisterDurably(_b, KeyB);
        Expect.Good(Out(_a, Order(Reserve, KeyA, type: WriteExclusiveRegistrantsOnly)));
        Assert.That(Generation(_a), Is.EqualTo(2));
        await ReconnectAsync();
        Assert.That(Generation(_a), Is.Zero);
        Assert.That(FullStatus(_a), Is.EqualTo(new[] { "a at 1: A*", "b at 1: B" }));
        Assert.That(Held(_b), Is.EqualTo((WriteExclusiveRegistrantsOnly, KeyA)));
        LoopbackInitiator stranger = Login("stranger");
        Expect.Status(Run(stranger, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
        Expect.Good(Run(_b, Cdbs.Write(0, 1), Pattern(512, 1)));
    }

    [Test]
    public async Task What_was_not_to_survive_is_gone_and_was_never_written()
    {
        Expect.Good(Out(_a, Order(Register, 0, KeyA)));
        Expect.Good(Out(_a, Order(Reserve, KeyA)));
        Expect.Good(Out(_a, Order(Release, KeyA)));
        Expect.Good(Out(_a, Order(Clear, KeyA)));
        Expect.Good(Out(_a, Order(Register, 0, KeyA)));
        Assert.That(Store.Writes, Is.Zero);
        await ReconnectAsync();
        Assert.That(Keys(_a), Is.Empty);
    }

    [Test]
    public async Task That_it_is_not_to_survive_any_more_is_stored_too()
    {
        RegisterDurably(_a, KeyA);
        Expect.Good(Out(_a, Order(Reserve, KeyA)));
        int writes = Store.Writes;
        Expect.Good(Out(_a, Order(Register, KeyA, KeyA)));
        Assert.That(Store.Writes, Is.EqualTo(writes + 1));
        Assert.That(Held(_a), Is.EqualTo((WriteExclusive, KeyA)), "It is gone after a loss of power, not before.");
        await ReconnectAsync();
        Assert.That(Keys(_a), Is.Empty);
        Assert.That(Held(_a).Type, Is.Zero);
    }

    [Test]
    public void GOOD_waits_for_the_store_and_so_do_later_changes_but_nobody_else()
    {
        RegisterDurably(_a, KeyA);
        RegisterDurably(_b, KeyB);
        Store.HoldsWrites = true;
        LoopbackCommand first = StartOut(_a, Order(Reserve, KeyA, type: ExclusiveAccess));
        LoopbackCommand second = StartOut(_b, Order(Reserve, KeyB, type: ExclusiveAccess));
        Assert.That(first.IsCompleted, Is.False);
        Assert.That(second.IsCompleted, Is.False);
        Assert.That(Store.HeldWrites, Is.EqualTo(1), "One after the other.");
        Assert.That(Held(_b).Type, Is.Zero, "Nobody learns of what is not stored.");
        Expect.Good(Run(_b, Cdbs.Write(0, 1), Pattern(512, 1)));
        Store.CompleteWrite();
        Expect.Good(first);
        Assert.That(second.IsCompleted);
        Expect.Status(second.Result, ScsiStatus.ReservationConflict);
        Assert.That(Held(_b), Is.EqualTo((ExclusiveAccess, KeyA)));
        Expect.Status(Run(_b, Cdbs.Read(0, 1), dataIn: 512), ScsiStatus.ReservationConflict);
    }

    [Test]
    public async Task A_store_that_fails_makes_the_command_fail_and_nothing_has_changed(
        [Values(StoreScript.Fails, StoreScript.LeavesOld, StoreScript.Throws, StoreScript.ThrowsLater)] StoreScript script)
    {
        RegisterDurably(_a, KeyA);
        RegisterDurably(_b, KeyB);
        Expect.Good(Out(_a, Order(Reserve, KeyA, type: WriteExclusiveRegistrantsOnly)));
        Store.Script.Enqueue(script);
        Expect.Check(Out(_a, Order(Release, KeyA, type: WriteExclusiveRegistrantsOnly)), 0x4, 0x4400);
        Assert.That(Held(_a), Is.EqualTo((WriteExclusiveRegistrantsOnly, KeyA)));
        Assert.That(Generation(_a), Is.EqualTo(2));
        Expect.Good(Run(_b, Cdbs.TestUnitReady));
        Expect.Good(Out(_a, Order(Release, KeyA, type: WriteExclusiveRegistrantsOnly)));
        Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2A04);
        await ReconnectAsync();
        Assert.That(Held(_a).Type, Is.Zero);
        Assert.That(Keys(_a), Is.EqualTo(new[] { KeyA, KeyB }));
    }

    [Test]
    public async Task A_write_of_which_nobody_knows_counts_if_it_is_there()
    {
        RegisterDurably(_a, KeyA);
        Store.Script.Enqueue(StoreScript.LeavesNew);
        Expect.Good(Out(_a, Order(Reserve, KeyA)));
        Expect.Good(Out(_a, Order(Register, KeyA, KeyB) with { Aptpl = true }));
        await ReconnectAsync();
        Assert.That(Held(_a), Is.EqualTo((WriteExclusive, KeyB)));
    }

    [Test]
    public void What_became_of_a_write_is_found_out_before_the_next_change()
    {
        RegisterDurably(_a, KeyA);
        RegisterDurably(_b, KeyB);
        Store.Script.Enqueue(StoreScript.LeavesNew);
        Store.FailingReads = 2;
        Expect.Check(Out(_a, Order(Preempt, KeyA, KeyB)), 0x4, 0x4400);
        Assert.That(Keys(_a), Is.EqualTo(new[] { KeyA, KeyB }));
        Expect.Check(Out(_a, Order(Reserve, KeyA)), 0x4, 0x4400);
        Expect.Good(Run(_b, Cdbs.TestUnitReady));
        // Now it turns out that the PREEMPT was stored, so it counts, and the preempted must be told.
        uint generation = Generation(_a);
        Expect.Good(Out(_a, Order(Reserve, KeyA)));
        Assert.That(Keys(_a), Is.EqualTo(new[] { KeyA }));
        Assert.That(Generation(_a), Is.EqualTo(generation + 1));
        Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2A05);
    }

    [Test]
    public void A_registration_is_not_forgotten_because_the_record_says_nothing_any_more()
    {
        RegisterDurably(_a, KeyA);
        Expect.Good(Out(_a, Order(Reserve, KeyA)));
        Store.Script.Enqueue(StoreScript.LeavesNew);
        Store.FailingReads = 1;
        Expect.Check(Out(_a, Order(Register, KeyA, KeyA)), 0x4, 0x4400);
        Expect.Status(Out(_b, Order(Reserve, KeyB)), ScsiStatus.ReservationConflict);
        Assert.That(Held(_a), Is.EqualTo((WriteExclusive, KeyA)));
        int writes = Store.Writes;
        Expect.Good(Out(_a, Order(Release, KeyA)));
        Assert.That(Store.Writes, Is.EqualTo(writes), "It is not to survive any more.");
    }

    [Test]
    public void What_another_writer_has_stored_counts_from_then_on()
    {
        RegisterDurably(_a, KeyA);
        byte[] record = Store.Record!;
        RegisterDurably(_b, KeyB);
        Store.Put(record);
        Expect.Check(Out(_b, Order(Reserve, KeyB)), 0x4, 0x4400);
        Assert.That(Keys(_a), Is.EqualTo(new[] { KeyA }));
        Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2A05);
        Expect.Good(Out(_a, Order(Reserve, KeyA)));
        Expect.Good(Run(_a, Cdbs.TestUnitReady));
    }

    [Test]
    public async Task Of_a_record_that_cannot_be_read_nobody_gets_past_until_it_is_replaced([Values] bool isOfTheStore)
    {
        RegisterDurably(_b, KeyB);
        if (isOfTheStore)
            Store.IsUnreadable = true;
        else
            Store.Put(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Store.Record!).Replace('b', 'c')));
        await RestartAsync();
        _a = Connect("a");
        Expect.Check(Run(_a, Cdbs.TestUnitReady), 0x6, 0x2900);
        foreach (byte[] cdb in new[] { Cdbs.TestUnitReady, Cdbs.Synchronize, Cdbs.Reserve6, Cdbs.ModeSelect6(0) })
            Expect.Check(Run(_a, cdb), 0x7, 0x4401);
        Expect.Check(Run(_a, Cdbs.Write(0, 1), Pattern(512, 1)), 0x7, 0x4401);
        Expect.Check(Run(_a, Cdbs.Read(0, 1), dataIn: 512), 0x7, 0x4401);
        for (byte action = 0; action < 4; action++)
            Expect.Check(Run(_a, [0x5E, action, 0, 0, 0, 0, 0, 0, 252, 0], dataIn: 252), 0x7, 0x4401);
        for (int action = Register; action < ReplaceLost - 1; action++)
            Expect.Check(Out(_a, Order(action, 0, KeyA)), 0x7, 0x4401);
        Expect.Good(Run(_a, Cdbs.Inquiry(96), dataIn: 96));
        Expect.Good(Run(_a, Cdbs.ReportLuns(), dataIn: 64));
        Expect.Good(Run(_a, Cdbs.RequestSense(), dataIn: 252));
        Store.Script.Enqueue(StoreScript.Fails);
        Expect.Check(Out(_a, Order(ReplaceLost, 0, KeyA) with { Aptpl = true }), 0x4, 0x4400);
        Expect.Check(Run(_a, Cdbs.TestUnitReady), 0x7, 0x4401);
        Expect.Good(Out(_a, Order(ReplaceLost, 0, KeyA) with { Aptpl = true }));
        Expect.Good(Run(_a, Cdbs.TestUnitReady));
        await ReconnectAsync();
        Assert.That(FullStatus(_a), Is.EqualTo(new[] { "a at 1: A*" }));
        Expect.Status(Run(_b, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
    }

    [Test]
    public async Task A_store_that_did_not_answer_at_first_is_asked_again()
    {
        RegisterDurably(_a, KeyA);
        Expect.Good(Out(_a, Order(Reserve, KeyA)));
        Store.FailingReads = 2;
        await RestartAsync();
        _a = Login("a");
        // What nobody knows is not replaced either.
        Expect.Check(Out(_a, Order(ReplaceLost, 0, KeyB)), 0x4, 0x4400);
        Expect.Check(Run(_a, Cdbs.TestUnitReady), 0x7, 0x4401);
        Expect.Good(Run(_a, Cdbs.TestUnitReady));
        Assert.That(Held(_a), Is.EqualTo((WriteExclusive, KeyA)));
        _b = Login("b");
        Expect.Status(Run(_b, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
        int reads = Store.Reads;
        Expect.Good(Run(_b, Cdbs.TestUnitReady));
        Assert.That(Store.Reads, Is.EqualTo(reads));
    }

    [Test]
    public async Task Until_the_record_is_there_all_commands_wait()
    {
        RegisterDurably(_a, KeyA);
        Expect.Good(Out(_a, Order(Reserve, KeyA, type: ExclusiveAccess)));
        Store.HoldsReads = true;
        await RestartAsync();
        _a = Connect("a");
        _b = Connect("b");
        LoopbackCommand attention = Start(_b, Cdbs.TestUnitReady);
        LoopbackCommand inquiry = Start(_b, Cdbs.Inquiry(96), dataIn: 96);
        LoopbackCommand read = Start(_b, Cdbs.Read(0, 1), dataIn: 512);
        LoopbackCommand aborted = Start(_a, Cdbs.Read(0, 1), dataIn: 512);
        foreach (LoopbackCommand waiting in new[] { attention, inquiry, read, aborted })
            Assert.That(waiting.IsCompleted, Is.False);
        Assert.That(
            await Manage(_a, TaskManagementFunction.AbortTask, tag: aborted.Tag),
            Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.NoResponse(aborted);
        Store.CompleteRead();
        Assert.That(attention.IsCompleted);
        Expect.Check(attention.Result, 0x6, 0x2900);
        Expect.Good(inquiry);
        Assert.That(read.IsCompleted);
        Expect.Status(read.Result, ScsiStatus.ReservationConflict);
    }

    [Test]
    public async Task An_engine_can_end_while_the_record_is_being_read()
    {
        Store.HoldsReads = true;
        await RestartAsync();
        _a = Connect("a");
        LoopbackCommand waiting = Start(_a, Cdbs.TestUnitReady);
        await RestartAsync();
        Expect.NoResponse(waiting);
        Store.CompleteRead();
        Store.CompleteRead();
        Login("a");
    }

    private async Task ReconnectAsync()
    {
        await RestartAsync();
        Connect();
    }
}
