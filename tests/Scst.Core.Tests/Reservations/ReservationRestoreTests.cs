using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>What an operator does to persistent reservations, beside what initiators do.</summary>
internal sealed class ReservationRestoreTests : ReservationFixture
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
    public async Task A_lost_state_is_restored_and_survives_the_next_loss_of_power([Values] bool isOfTheStore)
    {
        RegisterDurably(_a, KeyA);
        RegisterDurably(_b, KeyB);
        Expect.Good(Out(_a, Order(Reserve, KeyA, type: WriteExclusiveRegistrantsOnly)));
        string dump = Unit.DumpPersistentReservations();
        await LoseAsync(isOfTheStore);
        Assert.That(Unit.DumpPersistentReservations(), Does.Contain("information-lost"));
        Expect.Check(Run(_a, Cdbs.TestUnitReady), 0x7, 0x4401);
        await ExpectAsync(dump, PersistentReservationRestoreStatus.Restored);
        Assert.That(Unit.DumpPersistentReservations(), Is.EqualTo(dump));
        Expect.Good(Run(_a, Cdbs.TestUnitReady));
        Assert.That(FullStatus(_a), Is.EqualTo(new[] { "a at 1: A*", "b at 1: B" }));
        await RestartAsync();
        _a = Login("a");
        LoopbackInitiator stranger = Login("stranger");
        Assert.That(FullStatus(_a), Is.EqualTo(new[] { "a at 1: A*", "b at 1: B" }));
        Expect.Status(Run(stranger, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
    }

    [Test]
    public async Task A_lost_state_that_is_not_to_survive_is_not_lost_again()
    {
        Expect.Good(Out(_a, Order(Register, 0, KeyA)));
        string dump = Unit.DumpPersistentReservations();
        RegisterDurably(_a, KeyA);
        await LoseAsync(isOfTheStore: false);
        await ExpectAsync(dump, PersistentReservationRestoreStatus.Restored);
        Assert.That(Keys(_a), Is.EqualTo(new[] { KeyA }));
        await RestartAsync();
        Assert.That(Keys(Login("a")), Is.Empty);
    }

    [Test]
    public async Task A_text_with_an_error_changes_nothing()
    {
        RegisterDurably(_a, KeyA);
        int writes = Store.Writes;
        string before = Unit.DumpPersistentReservations();
        PersistentReservationRestoreResult result =
            await Unit.RestorePersistentReservationsAsync(before.Replace(" 1 iscsi:a", " 77 iscsi:a") + "nonsense\n");
        Assert.That(result.Status, Is.EqualTo(PersistentReservationRestoreStatus.Invalid));
        Assert.That(result.Errors.Select(error => error.Line), Is.EqualTo(new[] { 5, 7 }));
        Assert.That(Unit.DumpPersistentReservations(), Is.EqualTo(before));
        Assert.That(Store.Writes, Is.EqualTo(writes));
    }

    [Test]
    public async Task A_store_that_fails_makes_the_restore_fail_and_nothing_has_changed(
        [Values(StoreScript.Fails, StoreScript.LeavesOld, StoreScript.Throws, StoreScript.ThrowsLater)] StoreScript script,
        [Values] bool isLost)
    {
        RegisterDurably(_a, KeyA);
        RegisterDurably(_b, KeyB);
        string before = Unit.DumpPersistentReservations();
        string text = Without(before, "iscsi:b");
        if (isLost)
        {
            await LoseAsync(isOfTheStore: true);
            before = Unit.DumpPersistentReservations();
        }
        Store.Script.Enqueue(script);
        await ExpectAsync(text, PersistentReservationRestoreStatus.NotStored);
        Assert.That(Unit.DumpPersistentReservations(), Is.EqualTo(before));
        if (!isLost)
            Expect.Good(Run(_b, Cdbs.TestUnitReady));
        await ExpectAsync(text, PersistentReservationRestoreStatus.Restored);
        Assert.That(Keys(_a), Is.EqualTo(new[] { KeyA }));
        await RestartAsync();
        Assert.That(Keys(Login("a")), Is.EqualTo(new[] { KeyA }));
    }

    [Test]
    public async Task What_a_store_does_not_say_is_not_replaced()
    {
        RegisterDurably(_a, KeyA);
        string dump = Unit.DumpPersistentReservations();
        Store.FailingReads = 2;
        int writes = Store.Writes;
        await RestartAsync();
        await ExpectAsync(dump.Replace("000a", "000c"), PersistentReservationRestoreStatus.NotStored);
        Assert.That(Store.Writes, Is.EqualTo(writes));
        _a = Connect("a");
        Expect.Check(Run(_a, Cdbs.TestUnitReady), 0x6, 0x2900);
        Expect.Check(Run(_a, Cdbs.TestUnitReady), 0x7, 0x4401);
        Assert.That(Keys(_a), Is.EqualTo(new[] { KeyA }), "The record is asked for again.");
    }

    [Test]
    public async Task Those_who_lose_something_are_told()
    {
        RegisterDurably(_a, KeyA);
        RegisterDurably(_b, KeyB);
        LoopbackInitiator c = Login("c");
        RegisterDurably(c, KeyB);
        Expect.Good(Out(_a, Order(Reserve, KeyA, type: WriteExclusiveRegistrantsOnly)));
        string text = Without(Without(Unit.DumpPersistentReservations(), "reservation WriteExclusive"), "iscsi:c");
        uint generation = Generation(_a);
        await ExpectAsync(text, PersistentReservationRestoreStatus.Restored);
        Expect.Check(Run(_a, Cdbs.TestUnitReady), 0x6, 0x2A04);
        Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2A04);
        Expect.Check(Run(c, Cdbs.TestUnitReady), 0x6, 0x2A05);
        Assert.That(Generation(_a), Is.EqualTo(generation + 1));
        await ExpectAsync(Without(Without(text, "iscsi:a"), "iscsi:b"), PersistentReservationRestoreStatus.Restored);
        foreach (LoopbackInitiator told in new[] { _a, _b })
            Expect.Check(Run(told, Cdbs.TestUnitReady), 0x6, 0x2A03);
        Expect.Good(Run(c, Cdbs.TestUnitReady));
    }

    [Test]
    public async Task A_restore_takes_its_turn_among_commands_and_is_seen_when_it_is_stored()
    {
        RegisterDurably(_a, KeyA);
        RegisterDurably(_b, KeyB);
        string text = Without(Unit.DumpPersistentReservations(), "iscsi:b");
        Store.HoldsWrites = true;
        LoopbackCommand first = StartOut(_b, Order(Reserve, KeyB));
        Task<PersistentReservationRestoreResult> restore = Unit.RestorePersistentReservationsAsync(text).AsTask();
        LoopbackCommand last = StartOut(_b, Order(Release, KeyB));
        Assert.That(Store.HeldWrites, Is.EqualTo(1), "One after the other.");
        Store.CompleteWrite();
        Expect.Good(first);
        Assert.That(restore.IsCompleted, Is.False);
        Assert.That(last.IsCompleted, Is.False);
        Assert.That(Held(_b), Is.EqualTo((WriteExclusive, KeyB)), "Nobody learns of what is not stored.");
        Store.CompleteWrite();
        Assert.That((await restore).Status, Is.EqualTo(PersistentReservationRestoreStatus.Restored));
        Assert.That(last.IsCompleted);
        Expect.Status(last.Result, ScsiStatus.ReservationConflict);
        Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2A05);
        Expect.Check(Run(_a, Cdbs.TestUnitReady), 0x6, 0x2A04);
        Assert.That(Keys(_a), Is.EqualTo(new[] { KeyA }));
    }

    [Test]
    public async Task Another_writer_wins_over_a_restore()
    {
        RegisterDurably(_a, KeyA);
        byte[] record = Store.Record!;
        RegisterDurably(_b, KeyB);
        string text = Without(Unit.DumpPersistentReservations(), "iscsi:a");
        Store.Put(record);
        await ExpectAsync(text, PersistentReservationRestoreStatus.NotStored);
        Assert.That(Keys(_a), Is.EqualTo(new[] { KeyA }));
        Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2A05);
    }

    [Test]
    public async Task A_restore_comes_after_the_record_was_read_and_before_commands_that_change_it()
    {
        RegisterDurably(_a, KeyA);
        RegisterDurably(_b, KeyB);
        string text = Without(Unit.DumpPersistentReservations(), "iscsi:b");
        Store.HoldsReads = true;
        await RestartAsync();
        _b = Connect("b");
        Task<PersistentReservationRestoreResult> restore = Unit.RestorePersistentReservationsAsync(text).AsTask();
        LoopbackCommand attention = Start(_b, Cdbs.TestUnitReady);
        LoopbackCommand order = StartOut(_b, Order(Reserve, KeyB));
        Assert.That(restore.IsCompleted, Is.False);
        Store.CompleteRead();
        Assert.That((await restore).Status, Is.EqualTo(PersistentReservationRestoreStatus.Restored));
        Expect.Check(attention.Result, 0x6, 0x2900);
        Assert.That(order.IsCompleted);
        Expect.Status(order.Result, ScsiStatus.ReservationConflict);
        Assert.That(Keys(Login("a")), Is.EqualTo(new[] { KeyA }));
    }

    [Test]
    public async Task Nothing_is_restored_beside_a_RESERVE()
    {
        string text = Unit.DumpPersistentReservations();
        Expect.Good(Run(_a, Cdbs.Reserve6));
        await ExpectAsync(text, PersistentReservationRestoreStatus.Reserved);
        Expect.Good(Run(_a, Cdbs.Release6));
        await ExpectAsync(text, PersistentReservationRestoreStatus.Restored);
    }

    private static string Without(string text, string word) =>
        string.Join('\n', text.Split('\n').Where(line => !line.Contains(word, System.StringComparison.Ordinal)));

    private async Task ExpectAsync(string text, PersistentReservationRestoreStatus status)
    {
        PersistentReservationRestoreResult result = await Unit.RestorePersistentReservationsAsync(text);
        Assert.That(result.Status, Is.EqualTo(status), string.Join("; ", result.Errors));
    }

    private async Task LoseAsync(bool isOfTheStore)
    {
        if (isOfTheStore)
            Store.IsUnreadable = true;
        else
            Store.Put([.. Store.Record!.Reverse()]);
        await RestartAsync();
        _a = Connect("a");
        Expect.Check(Run(_a, Cdbs.TestUnitReady), 0x6, 0x2900);
    }
}
