using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Model;

[TestFixture]
internal sealed class EngineTests : EngineFixture
{
    [Test]
    public void Names_are_unique()
    {
        Assert.That(() => Engine.AddLogicalUnit("disk", new ScriptedHandler()), Throws.ArgumentException);
        Assert.That(() => Engine.AddLogicalUnit("", new ScriptedHandler()), Throws.ArgumentException);
        Assert.That(() => Driver.AddTarget("TARGET", new TargetOptions()), Throws.ArgumentException);
        Assert.That(() => Driver.AddTarget("", new TargetOptions()), Throws.ArgumentException);
        Assert.That(Engine.LogicalUnits, Has.Count.EqualTo(1));
        Assert.That(Engine.Targets, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_handler_may_not_claim_a_command_of_the_core()
    {
        var handler = new ScriptedHandler { Description = new DeviceDescription { Commands = [SpcCommands.Inquiry] } };
        Assert.That(() => Engine.AddLogicalUnit("greedy", handler), Throws.ArgumentException);
        Assert.That(Engine.LogicalUnits.Select(unit => unit.Name), Is.EqualTo(new[] { "disk" }));
    }

    [Test]
    public void A_handler_that_is_refused_after_it_was_attached_is_detached()
    {
        var greedy = new ScriptedHandler { Description = new DeviceDescription { Commands = [SpcCommands.Inquiry] } };
        Assert.That(() => Engine.AddLogicalUnit("greedy", greedy), Throws.ArgumentException);
        Assert.That(greedy.Detached, Is.EqualTo(1));
    }

    // The core obeys its own control mode page (0Ah); of two pages with one code an initiator could change only one.
    [TestCase(0x0A)]
    [TestCase(0x08)]
    public void A_handler_may_not_have_a_mode_page_twice_nor_the_control_mode_page(byte code)
    {
        var page = new ModePage([code, 0x02, 0, 0], [code, 0x02, 0, 0]);
        var handler = new ScriptedHandler { Description = new DeviceDescription { Commands = [], ModePages = code == 0x0A ? [page] : [page, page] } };
        Assert.That(() => Engine.AddLogicalUnit("double", handler), Throws.ArgumentException);
        Assert.That(handler.Detached, Is.EqualTo(1));
    }

    // What does not fit the fields of INQUIRY must be heard of here, not by every initiator.
    [TestCase("", "product", "1", "serial", 0ul)]
    [TestCase("nine char", "product", "1", "serial", 0ul)]
    [TestCase("vendor", "", "1", "serial", 0ul)]
    [TestCase("vendor", "seventeen charact", "1", "serial", 0ul)]
    [TestCase("vendor", "product", "", "serial", 0ul)]
    [TestCase("vendor", "product", "five5", "serial", 0ul)]
    [TestCase("vendor", "product", "1", "", 0ul)]
    [TestCase("vendor", "product", "1", "thirty-seven characters are too many.", 0ul)]
    [TestCase("vendör", "product", "1", "serial", 0ul)]
    [TestCase("vendor", "product", "1", "serial", 1ul << 60)]
    public void An_identity_that_does_not_fit_is_refused(string vendor, string product, string revision, string serial, ulong naa) => Assert.That(
        () => new LogicalUnitIdentity
        {
            VendorId = vendor,
            ProductId = product,
            ProductRevision = revision,
            SerialNumber = serial,
            LocallyAssignedNaa = naa,
        },
        Throws.InstanceOf<ArgumentException>());

    [TestCase(0)]
    [TestCase(65536)]
    public void A_queue_depth_out_of_range_is_refused(int depth) => Assert.That(
        () => Engine.AddLogicalUnit("deep", new ScriptedHandler(), new LogicalUnitOptions { QueueDepth = depth }),
        Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase((64 << 10) - 1)]
    [TestCase((1 << 30) + 1)]
    [TestCase(129 << 20)]
    public void A_longest_transfer_out_of_range_is_refused(int bytes) =>
        Assert.That(
            () => new ScsiEngine(new ScsiEngineOptions { MaxTransferBytes = bytes }),
            Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Relative_target_ports_are_given_in_order_and_never_twice()
    {
        Assert.That(Target.RelativeTargetPort, Is.EqualTo(1));
        Assert.That(Driver.AddTarget("three", new TargetOptions { RelativeTargetPort = 3 }).RelativeTargetPort, Is.EqualTo(3));
        Assert.That(Driver.AddTarget("two", new TargetOptions()).RelativeTargetPort, Is.EqualTo(2));
        Assert.That(Driver.AddTarget("four", new TargetOptions()).RelativeTargetPort, Is.EqualTo(4));
        Assert.That(() => Driver.AddTarget("again", new TargetOptions { RelativeTargetPort = 3 }), Throws.ArgumentException);
        Assert.That(() => Driver.AddTarget("zero", new TargetOptions { RelativeTargetPort = 0 }), Throws.ArgumentException);
    }

    [Test]
    public async Task Removing_a_target_ends_its_sessions_and_takes_no_new_one()
    {
        LoopbackInitiator initiator = Login();
        Disk.Holds = _ => true;
        LoopbackCommand read = Start(initiator, Cdbs.Read(0, 1), dataIn: 512);
        Task removal = Engine.RemoveTargetAsync(Target).AsTask();
        Assert.That(removal.IsCompleted, Is.False, "A command of the session is still at the handler.");
        Assert.That(initiator.IsClosed);
        Disk.Release(read.Tag);
        await removal;
        Expect.NoResponse(read);
        Assert.That(Engine.Targets, Is.Empty);
        Assert.That(Target.Sessions, Is.Empty);
        Assert.That(() => Connect(), Throws.InvalidOperationException);
        Assert.That(() => Start(initiator, Cdbs.TestUnitReady), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Disposing_ends_everything_and_detaches_each_handler_once()
    {
        LoopbackInitiator initiator = Login();
        await Engine.DisposeAsync();
        await Engine.DisposeAsync();
        Assert.That(Disk.Detached, Is.EqualTo(1));
        Assert.That(initiator.IsClosed);
        Assert.That(() => Engine.AddLogicalUnit("late", new ScriptedHandler()), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => Driver.AddTarget("late", new TargetOptions()), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Closing_a_session_waits_for_its_commands_and_is_done_once()
    {
        LoopbackInitiator initiator = Login();
        LoopbackInitiator other = Login("other");
        Disk.Holds = _ => true;
        LoopbackCommand mine = Start(initiator, Cdbs.Read(0, 1), dataIn: 512);
        LoopbackCommand theirs = Start(other, Cdbs.Read(0, 1), dataIn: 512);
        Task first = initiator.CloseAsync().AsTask();
        Task second = initiator.CloseAsync(SessionEndReason.ConnectionLost).AsTask();
        Assert.That(Target.Sessions, Has.Count.EqualTo(2));
        Disk.Release(mine.Tag);
        await Task.WhenAll(first, second);
        Expect.NoResponse(mine);
        Assert.That(Target.Sessions, Is.EqualTo(new[] { other.Session }));
        Assert.That(theirs.IsCompleted, Is.False, "Another session is not touched.");
        Disk.Release(theirs.Tag);
        Expect.Good(theirs);
    }

    [Test]
    public async Task Closing_a_session_drops_a_response_that_is_on_its_way()
    {
        LoopbackInitiator initiator = Login();
        LoopbackCommand read = Start(initiator, Cdbs.Read(0, 1), dataIn: 512, holdsResponse: true);
        Assert.That(read.IsResponseHeld);
        await initiator.CloseAsync(SessionEndReason.ConnectionLost);
        Expect.NoResponse(read);
        Assert.That(initiator.Session.UndeliveredResponses, Is.EqualTo(1));
    }

    [Test]
    public void An_initiator_without_a_name_has_no_session() => Assert.That(() => Connect(""), Throws.ArgumentException);

    [Test]
    public void The_identity_of_a_name_is_always_the_same()
    {
        LogicalUnitIdentity identity = LogicalUnitIdentity.FromName("disk");
        Assert.That(identity, Is.EqualTo(LogicalUnitIdentity.FromName("disk")));
        Assert.That(identity, Is.Not.EqualTo(LogicalUnitIdentity.FromName("disc")));
        Assert.That(identity.LocallyAssignedNaa >> 60, Is.Zero, "NAA leaves 60 bits.");
        Assert.That(identity.SerialNumber, Has.Length.EqualTo(15));
        Assert.That(() => LogicalUnitIdentity.FromName(""), Throws.ArgumentException);
    }
}
