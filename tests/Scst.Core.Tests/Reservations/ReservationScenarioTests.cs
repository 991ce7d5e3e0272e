using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>What cluster software and multipathing do with persistent reservations, command by command.</summary>
internal sealed class ReservationScenarioTests : ReservationFixture
{
    private const int RegisterAndMove = 7;

    [Test]
    public void A_failover_cluster_validates_its_disk()
    {
        LoopbackInitiator one = Login("node1");
        LoopbackInitiator two = Login("node2");
        // Both register, one reserves, and the other one is refused.
        Expect.Good(Out(one, Order(RegisterAndIgnore, 0, 0x1001)));
        Expect.Good(Out(two, Order(RegisterAndIgnore, 0, 0x2001)));
        Expect.Good(Out(one, Order(Reserve, 0x1001, type: WriteExclusiveRegistrantsOnly)));
        Assert.That(Held(two), Is.EqualTo((WriteExclusiveRegistrantsOnly, 0x1001UL)));
        Expect.Status(Out(two, Order(Reserve, 0x2001, type: WriteExclusiveRegistrantsOnly)), ScsiStatus.ReservationConflict);
        // Registrants write; who is not registered reads.
        Expect.Good(Run(two, Cdbs.Write(0, 1), Pattern(512, 1)));
        LoopbackInitiator stranger = Login("node3");
        Expect.Status(Run(stranger, Cdbs.Write(0, 1), Pattern(512, 2)), ScsiStatus.ReservationConflict);
        Expect.Good(Run(stranger, Cdbs.Read(0, 1), dataIn: 512));
        // The other node takes over, and the first one finds out.
        Expect.Good(Out(two, Order(Preempt, 0x2001, 0x1001, WriteExclusiveRegistrantsOnly)));
        Assert.That(Held(two), Is.EqualTo((WriteExclusiveRegistrantsOnly, 0x2001UL)));
        Assert.That(Keys(two), Is.EqualTo(new[] { 0x2001UL }));
        Expect.Status(Run(one, Cdbs.Write(0, 1), Pattern(512, 3)), ScsiStatus.ReservationConflict);
        Expect.Check(Run(one, Cdbs.TestUnitReady), 0x6, 0x2A05);
        Expect.Status(Out(one, Order(Release, 0x1001, type: WriteExclusiveRegistrantsOnly)), ScsiStatus.ReservationConflict);
        // Cleaning up.
        Expect.Good(Out(two, Order(Clear, 0x2001)));
        Assert.That(Keys(two), Is.Empty);
        Expect.Good(Run(one, Cdbs.Write(0, 1), Pattern(512, 3)));
    }

    [Test]
    public async Task A_node_that_is_gone_keeps_its_registration_until_the_survivor_preempts_it()
    {
        LoopbackInitiator one = Login("node1");
        LoopbackInitiator two = Login("node2");
        RegisterDurably(one, 0x1001);
        RegisterDurably(two, 0x2001);
        Expect.Good(Out(one, Order(Reserve, 0x1001, type: WriteExclusiveRegistrantsOnly)));
        await one.CloseAsync(SessionEndReason.Logout);
        Assert.That(FullStatus(two), Is.EqualTo(new[] { "node1 at 1: 1001*", "node2 at 1: 2001" }));
        Expect.Good(Run(two, Cdbs.Write(0, 1), Pattern(512, 1)));
        Expect.Good(Out(two, Order(Preempt, 0x2001, 0x1001, WriteExclusiveRegistrantsOnly)));
        // When it comes back it has to learn everything, and is kept out.
        one = Login("node1");
        Expect.Status(Run(one, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
        Expect.Good(Run(one, Cdbs.TestUnitReady));
        Expect.Good(Out(one, Order(Register, 0, 0x1002)));
        Expect.Good(Run(one, Cdbs.Write(0, 1), Pattern(512, 1)));
    }

    [Test]
    public void Fencing_by_key_cuts_a_node_off_with_all_that_it_has_under_way()
    {
        LoopbackInitiator one = Login("node1");
        LoopbackInitiator two = Login("node2");
        LoopbackInitiator three = Login("node3");
        // Each unfences itself; the first reserves, and for the others the reservation is already there.
        RegisterDurably(one, 1);
        Expect.Good(Out(one, Order(Reserve, 1, type: WriteExclusiveRegistrantsOnly)));
        RegisterDurably(two, 2);
        Expect.Status(Out(two, Order(Reserve, 2, type: WriteExclusiveRegistrantsOnly)), ScsiStatus.ReservationConflict);
        RegisterDurably(three, 3);
        Disk.Holds = _ => true;
        LoopbackCommand late = Start(one, Cdbs.Write(0, 1), Pattern(512, 1));
        LoopbackCommand other = Start(three, Cdbs.Write(1, 1), Pattern(512, 1));
        // Node 1 holds the reservation, so node 2 takes it.
        LoopbackCommand fence = StartOut(two, Order(PreemptAndAbort, 2, 1, WriteExclusiveRegistrantsOnly));
        Assert.That(fence.IsCompleted, Is.False, "Something of the fenced node can still reach the medium.");
        Disk.ReleaseAll();
        Expect.Good(fence);
        Expect.NoResponse(late);
        Expect.Good(other);
        Assert.That(Keys(two), Is.EqualTo(new[] { 2UL, 3UL }));
        Assert.That(Held(two), Is.EqualTo((WriteExclusiveRegistrantsOnly, 2UL)));
        Expect.Status(Run(one, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
        Expect.Good(Run(three, Cdbs.TestUnitReady));
        // A node whose key is gone already cannot be fenced twice.
        Expect.Status(Out(three, Order(PreemptAndAbort, 3, 1, WriteExclusiveRegistrantsOnly)), ScsiStatus.ReservationConflict);
        // Unfencing node 1 again.
        Expect.Check(Out(one, Order(RegisterAndIgnore, 0, 1) with { Aptpl = true }), 0x6, 0x2A05);
        RegisterDurably(one, 1);
        Expect.Good(Run(one, Cdbs.Write(0, 1), Pattern(512, 1)));
    }

    [Test]
    public void Multipathing_registers_every_path_and_releases_on_another()
    {
        LoopbackInitiator first = Login("host");
        LoopbackInitiator second = Login("host", OtherTarget);
        LoopbackInitiator rival = Login("rival");
        Expect.Good(Out(first, Order(Register, 0, 0xAB) with { AllTargetPorts = true, Aptpl = true }));
        Assert.That(FullStatus(first), Is.EqualTo(new[] { "host at 1: AB", "host at 2: AB" }));
        Expect.Good(Out(first, Order(Reserve, 0xAB, type: WriteExclusiveAllRegistrants)));
        Assert.That(Held(first), Is.EqualTo((WriteExclusiveAllRegistrants, 0UL)), "Of all registrants none is the holder.");
        Assert.That(FullStatus(first), Is.EqualTo(new[] { "host at 1: AB*", "host at 2: AB*" }));
        Expect.Good(Run(second, Cdbs.Write(0, 1), Pattern(512, 1)));
        Expect.Status(Run(rival, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
        Expect.Good(Out(second, Order(Release, 0xAB, type: WriteExclusiveAllRegistrants)));
        Expect.Check(Run(first, Cdbs.TestUnitReady), 0x6, 0x2A04);
        Expect.Good(Run(second, Cdbs.TestUnitReady));
        Expect.Good(Run(rival, Cdbs.Write(0, 1), Pattern(512, 1)));
    }

    [Test]
    public void Under_a_registrants_only_reservation_only_the_path_that_reserved_releases()
    {
        LoopbackInitiator first = Login("host");
        LoopbackInitiator second = Login("host", OtherTarget);
        Expect.Good(Out(first, Order(Register, 0, 0xAB)));
        Expect.Good(Out(second, Order(Register, 0, 0xAB)));
        Expect.Good(Out(first, Order(Reserve, 0xAB, type: WriteExclusiveRegistrantsOnly)));
        Expect.Good(Out(second, Order(Release, 0xAB, type: WriteExclusiveRegistrantsOnly)));
        Assert.That(Held(first), Is.EqualTo((WriteExclusiveRegistrantsOnly, 0xABUL)), "GOOD, but nothing released.");
        // The way to move it between one's own paths is to preempt oneself.
        Expect.Good(Out(second, Order(Preempt, 0xAB, 0xAB, WriteExclusiveRegistrantsOnly)));
        Assert.That(FullStatus(second), Is.EqualTo(new[] { "host at 2: AB*" }));
        Expect.Check(Run(first, Cdbs.TestUnitReady), 0x6, 0x2A05);
    }

    [Test]
    public void A_host_registers_others_by_name_through_all_target_ports()
    {
        LoopbackInitiator first = Login("host");
        LoopbackInitiator peer = Login("peer");
        ModelOrder order = Order(Register, 0, 0xAB) with
        {
            SpecifiesPorts = true,
            AllTargetPorts = true,
            Ports = [TransportId.Iscsi("peer", 0)],
        };
        Expect.Good(Out(first, order));
        Assert.That(
            FullStatus(first),
            Is.EquivalentTo(new[] { "host at 1: AB", "host at 2: AB", "peer at 1: AB", "peer at 2: AB" }));
        Expect.Good(Out(peer, Order(Reserve, 0xAB, type: ExclusiveAccess)));
        Expect.Status(Run(first, Cdbs.Read(0, 1), dataIn: 512), ScsiStatus.ReservationConflict);
    }

    [Test]
    public void A_reservation_is_moved_to_a_host_that_has_not_connected_yet()
    {
        LoopbackInitiator first = Login("host");
        Expect.Good(Out(first, Order(Register, 0, 0xAB)));
        Expect.Good(Out(first, Order(Reserve, 0xAB, type: ExclusiveAccess)));
        ModelOrder move = Order(RegisterAndMove, 0xAB, 0xCD) with { TargetPort = 2, Ports = [TransportId.Iscsi("peer", 0)], Unregisters = true };
        Expect.Good(Out(first, move));
        Assert.That(FullStatus(first), Is.EqualTo(new[] { "peer at 2: CD*" }));
        Expect.Status(Run(first, Cdbs.Read(0, 1), dataIn: 512), ScsiStatus.ReservationConflict);
        LoopbackInitiator wrongPort = Login("peer");
        Expect.Status(Run(wrongPort, Cdbs.Read(0, 1), dataIn: 512), ScsiStatus.ReservationConflict);
        LoopbackInitiator peer = Login("peer", OtherTarget);
        Expect.Good(Run(peer, Cdbs.Read(0, 1), dataIn: 512));
        Expect.Good(Out(peer, Order(Release, 0xCD, type: ExclusiveAccess)));
    }

    [Test]
    public async Task A_hypervisor_locks_by_RESERVE_and_breaks_a_lock_by_a_reset()
    {
        LoopbackInitiator one = Login("esx1");
        LoopbackInitiator two = Login("esx2");
        Expect.Good(Run(one, Cdbs.Reserve6));
        Expect.Good(Run(one, Cdbs.Write(0, 1), Pattern(512, 1)));
        Expect.Status(Run(two, Cdbs.Reserve6), ScsiStatus.ReservationConflict);
        Expect.Status(Run(two, Cdbs.TestUnitReady), ScsiStatus.ReservationConflict);
        Assert.That(await Manage(two, TaskManagementFunction.LogicalUnitReset), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.Check(Run(two, Cdbs.TestUnitReady), 0x6, 0x2903);
        Expect.Good(Run(two, Cdbs.Reserve6));
        Expect.Check(Run(one, Cdbs.Write(0, 1), Pattern(512, 1)), 0x6, 0x2903);
        Expect.Status(Run(one, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
        Expect.Good(Run(two, Cdbs.Release6));
        Expect.Good(Run(one, Cdbs.Write(0, 1), Pattern(512, 1)));
    }

    [Test]
    public async Task Guests_share_a_disk_by_a_reservation_that_no_reset_breaks()
    {
        LoopbackInitiator one = Login("guest1");
        LoopbackInitiator two = Login("guest2");
        LoopbackInitiator stranger = Login("stranger");
        Expect.Good(Out(one, Order(Register, 0, KeyA)));
        Expect.Good(Out(two, Order(Register, 0, KeyB)));
        Expect.Good(Out(one, Order(Reserve, KeyA, type: WriteExclusiveRegistrantsOnly)));
        // SPC-6, exceptions to SPC-2 RESERVE and RELEASE behavior: GOOD without effect for those that may write anyway.
        Expect.Good(Run(two, Cdbs.Reserve6));
        Expect.Good(Run(one, Cdbs.Write(0, 1), Pattern(512, 1)));
        Expect.Good(Run(two, Cdbs.Release6));
        Expect.Status(Run(stranger, Cdbs.Reserve6), ScsiStatus.ReservationConflict);
        Assert.That(await Manage(stranger, TaskManagementFunction.LogicalUnitReset), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.Check(Run(stranger, Cdbs.TestUnitReady), 0x6, 0x2903);
        Expect.Status(Run(stranger, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
        Expect.Check(Run(two, Cdbs.Write(0, 1), Pattern(512, 1)), 0x6, 0x2903);
        Expect.Good(Run(two, Cdbs.Write(0, 1), Pattern(512, 1)));
    }
}
