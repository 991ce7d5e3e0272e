using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>Persistent reservations through the whole middle level (SPC-6, reservations).</summary>
[TestFixture]
internal sealed class PersistentReservationTests : EngineFixture
{
    private const int Register = 0;
    private const int Reserve = 1;
    private const int Release = 2;
    private const int Clear = 3;
    private const int Preempt = 4;
    private const int PreemptAndAbort = 5;

    private const ulong KeyA = 0xA;
    private const ulong KeyB = 0xB;
    private const int WriteExclusive = 1;
    private const int ExclusiveAccess = 3;
    private const int RegistrantsOnly = 5;

    private LoopbackInitiator _a = null!;
    private LoopbackInitiator _b = null!;

    [SetUp]
    public void Connect()
    {
        _a = Login("a");
        _b = Login("b");
    }

    [Test]
    public void Whoever_has_no_part_in_a_reservation_is_kept_out([Values(WriteExclusive, ExclusiveAccess)] int type)
    {
        Expect.Good(Out(_a, new ModelOrder(Register, 0, KeyA)));
        Expect.Good(Out(_a, new ModelOrder(Reserve, KeyA) { Type = type }));
        Expect.Status(Run(_b, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
        Assert.That(Disk.Medium.Take(512), Is.All.Zero, "A refused WRITE changes nothing.");
        LoopbackResult read = Run(_b, Cdbs.Read(0, 1), dataIn: 512);
        Assert.That(read.Status, Is.EqualTo(type == WriteExclusive ? ScsiStatus.Good : ScsiStatus.ReservationConflict));
        Expect.Good(Run(_b, Cdbs.TestUnitReady));
        Expect.Good(Run(_a, Cdbs.Write(0, 1), Pattern(512, 1)));
        Expect.Good(Out(_a, new ModelOrder(Release, KeyA) { Type = type }));
        Expect.Good(Run(_b, Cdbs.Write(0, 1), Pattern(512, 2)));
    }

    [Test]
    public void Keys_and_reservation_are_read_by_anybody()
    {
        Expect.Good(Out(_a, new ModelOrder(Register, 0, KeyA)));
        Expect.Good(Out(_b, new ModelOrder(Register, 0, KeyB)));
        Expect.Good(Out(_a, new ModelOrder(Reserve, KeyA) { Type = WriteExclusive }));
        // PRGENERATION, ADDITIONAL LENGTH, keys.
        Assert.That(In(_b, 0, 252), Is.EqualTo(new byte[] { 0, 0, 0, 2, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0xA, 0, 0, 0, 0, 0, 0, 0, 0xB }));
        // PRGENERATION, ADDITIONAL LENGTH, key of the holder, obsolete, SCOPE and TYPE, obsolete.
        Assert.That(
            In(_b, 1, 252),
            Is.EqualTo(new byte[] { 0, 0, 0, 2, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0xA, 0, 0, 0, 0, 0, 1, 0, 0 }));
        Assert.That(In(_b, 0, 12), Has.Length.EqualTo(12), "cut to ALLOCATION LENGTH");
    }

    [Test]
    public void Registrants_are_told_what_happened_to_the_reservation()
    {
        Expect.Good(Out(_a, new ModelOrder(Register, 0, KeyA)));
        Expect.Good(Out(_b, new ModelOrder(Register, 0, KeyB)));
        LoopbackInitiator stranger = Login("stranger");
        Expect.Good(Out(_a, new ModelOrder(Reserve, KeyA) { Type = RegistrantsOnly }));
        Expect.Good(Out(_a, new ModelOrder(Release, KeyA) { Type = RegistrantsOnly }));
        Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2A04);
        Expect.Good(Run(stranger, Cdbs.TestUnitReady));
        Expect.Good(Out(_a, new ModelOrder(Clear, KeyA)));
        Expect.Check(Run(_b, Cdbs.TestUnitReady), 0x6, 0x2A03);
        Expect.Good(Run(_a, Cdbs.TestUnitReady));
    }

    [Test]
    public async Task A_registration_outlives_its_session()
    {
        Expect.Good(Out(_a, new ModelOrder(Register, 0, KeyA)));
        Expect.Good(Out(_a, new ModelOrder(Reserve, KeyA) { Type = ExclusiveAccess }));
        await _a.CloseAsync();
        Expect.Status(Run(_b, Cdbs.Read(0, 1), dataIn: 512), ScsiStatus.ReservationConflict);
        _a = Login("a");
        Expect.Good(Run(_a, Cdbs.Read(0, 1), dataIn: 512));
    }

    [Test]
    public void Preempt_and_abort_answers_when_nothing_of_the_preempted_can_touch_the_medium_any_more()
    {
        Expect.Good(Out(_a, new ModelOrder(Register, 0, KeyA)));
        Expect.Good(Out(_b, new ModelOrder(Register, 0, KeyB)));
        Disk.Holds = _ => true;
        LoopbackCommand stuck = Start(_b, Cdbs.Write(0, 1), Pattern(512, 1));
        LoopbackCommand own = Start(_a, Cdbs.Read(0, 1), dataIn: 512);
        LoopbackCommand preempt = StartOut(_a, new ModelOrder(PreemptAndAbort, KeyA, KeyB));
        Assert.That(preempt.IsCompleted, Is.False);
        Expect.Check(Run(_b, Cdbs.Write(0, 1), Pattern(512, 2)), 0x6, 0x2A05);
        Disk.ReleaseAll();
        Expect.Good(preempt);
        Expect.NoResponse(stuck);
        Expect.Good(own);
    }

    [Test]
    public void A_change_that_waits_for_its_turn_does_not_hold_up_the_one_that_aborts_it()
    {
        Expect.Good(Out(_a, new ModelOrder(Register, 0, KeyA)));
        Expect.Good(Out(_b, new ModelOrder(Register, 0, KeyB)));
        LoopbackInitiator c = Login("c");
        Expect.Good(Out(c, new ModelOrder(Register, 0, 0xC)));
        Disk.Holds = _ => true;
        LoopbackCommand stuck = Start(c, Cdbs.Write(0, 1), Pattern(512, 1));
        LoopbackCommand first = StartOut(_a, new ModelOrder(PreemptAndAbort, KeyA, 0xC));
        LoopbackCommand waiting = StartOut(_b, new ModelOrder(Reserve, KeyB));
        Task<TaskManagementResponse> reset = Begin(_b, TaskManagementFunction.AbortTaskSet);
        Assert.That(reset.IsCompleted, Is.True);
        Expect.NoResponse(waiting);
        Disk.ReleaseAll();
        Expect.NoResponse(stuck);
        Expect.Good(first);
    }

    [Test]
    public void Reserve_of_SPC_2_and_persistent_reservations_exclude_each_other()
    {
        Expect.Good(Run(_a, Cdbs.Reserve6));
        Expect.Status(Out(_a, new ModelOrder(Register, 0, KeyA)), ScsiStatus.ReservationConflict);
        Expect.Status(Run(_a, [0x5E, 0, 0, 0, 0, 0, 0, 0, 252, 0], dataIn: 252), ScsiStatus.ReservationConflict);
        Expect.Good(Run(_a, Cdbs.Release6));
        Expect.Good(Out(_a, new ModelOrder(Register, 0, KeyA)));
        Expect.Status(Run(_b, Cdbs.Reserve6), ScsiStatus.ReservationConflict);
        Expect.Good(Out(_a, new ModelOrder(Reserve, KeyA)));
        Expect.Good(Run(_a, Cdbs.Reserve10));
        Expect.Good(Run(_a, Cdbs.Release10));
        Expect.Status(Run(_b, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
    }

    [Test]
    public void Without_a_store_nothing_is_promised_to_survive()
    {
        LoopbackResult result = Out(_a, new ModelOrder(Register, 0, KeyA) { Aptpl = true });
        Expect.InvalidFieldInList(result, 20, 0);
    }

    [Test]
    public void A_list_of_another_length_than_the_cdb_says_is_refused()
    {
        byte[] list = new ModelOrder(Register, 0, KeyA).List();
        Expect.Check(Run(_a, [0x5F, 0, 1, 0, 0, 0, 0, 0, 23, 0], list[..23]), 0x5, 0x1A00);
        Expect.Check(Run(_a, [0x5F, 0, 1, 0, 0, 0, 1, 0, 1, 0], new byte[0x10001]), 0x5, 0x1A00);
        Expect.Check(Run(_a, [0x5F, 0, 1, 0, 0, 0, 0, 0, 0, 0]), 0x5, 0x1A00);
        Expect.InvalidFieldInCdb(Run(_a, [0x5F, 9, 1, 0, 0, 0, 0, 0, 24, 0], list), 1, 4);
    }

    [Test]
    public async Task A_transport_that_names_no_initiators_has_no_persistent_reservations_but_is_kept_out_by_them()
    {
        var driver = new RecordingDriver();
        Session session = OpenSession(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        RecordingDriver.Submit(session, [0x5E, 0, 0, 0, 0, 0, 0, 0, 252, 0], DataDirection.ToInitiator, 252);
        Expect.Check(driver.Responses[1], 0x5, 0x2000);
        RecordingDriver.Submit(session, new ModelOrder(Register, 0, KeyA).Cdb(), DataDirection.FromInitiator, 24);
        Expect.Check(driver.Responses[2], 0x5, 0x2000);
        Expect.Good(Out(_a, new ModelOrder(Register, 0, KeyA)));
        Expect.Good(Out(_a, new ModelOrder(Reserve, KeyA) { Type = RegistrantsOnly }));
        RecordingDriver.Submit(session, Cdbs.Write(0, 1), DataDirection.FromInitiator, 512);
        Expect.Status(driver.Responses[3], ScsiStatus.ReservationConflict);
        await session.CloseAsync(SessionEndReason.Logout);
    }

    [Test]
    public void A_preempted_holder_is_kept_out_from_then_on()
    {
        Expect.Good(Out(_a, new ModelOrder(Register, 0, KeyA)));
        Expect.Good(Out(_b, new ModelOrder(Register, 0, KeyB)));
        Expect.Good(Out(_a, new ModelOrder(Reserve, KeyA) { Type = WriteExclusive }));
        Expect.Good(Out(_b, new ModelOrder(Preempt, KeyB, KeyA) { Type = WriteExclusive }));
        Expect.Status(Run(_a, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
        Expect.Check(Run(_a, Cdbs.TestUnitReady), 0x6, 0x2A05);
        Expect.Good(Run(_b, Cdbs.Write(0, 1), Pattern(512, 1)));
    }

    private static LoopbackCommand StartOut(LoopbackInitiator initiator, ModelOrder order) => Start(initiator, order.Cdb(), order.List());

    private static LoopbackResult Out(LoopbackInitiator initiator, ModelOrder order) => Run(initiator, order.Cdb(), order.List());

    private static byte[] In(LoopbackInitiator initiator, byte action, byte length) =>
        Fetch(initiator, [0x5E, action, 0, 0, 0, 0, 0, 0, length, 0], length);
}
