using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;

namespace Scst.Tests.DeviceServer;

/// <summary>PREVENT ALLOW MEDIUM REMOVAL (SBC-5): who prevents, and what ends it.</summary>
[TestFixture]
internal sealed class MediumRemovalTests : PrimaryFixture
{
    private static readonly byte[] _prevent = Bytes("1E 00 00 00 01 00");
    private static readonly byte[] _allow = Bytes("1E 00 00 00 00 00");

    [Test]
    public void Removal_is_allowed_when_no_nexus_prevents_it_any_more()
    {
        LoopbackInitiator other = Login("other");
        Assert.That(Unit.IsMediumRemovalPrevented, Is.False);
        Expect.Good(Run(Initiator, _prevent));
        Expect.Good(Run(other, _prevent));
        Expect.Good(Run(other, _allow));
        Expect.Good(Run(other, _allow));
        Assert.That(Unit.IsMediumRemovalPrevented, "the first one still prevents it");
        Expect.Good(Run(Initiator, _allow));
        Assert.That(Unit.IsMediumRemovalPrevented, Is.False);
    }

    [Test]
    public async Task The_loss_of_the_nexus_ends_it()
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Run(other, _prevent));
        Assert.That(Unit.IsMediumRemovalPrevented);
        await other.CloseAsync();
        Assert.That(Unit.IsMediumRemovalPrevented, Is.False);
    }

    [Test]
    public async Task An_it_nexus_reset_ends_it_for_its_own_nexus_alone([Values] bool isOwn)
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Run(other, _prevent));
        LoopbackInitiator lost = isOwn ? other : Initiator;
        Assert.That(await Manage(lost, TaskManagementFunction.ITNexusReset), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(Unit.IsMediumRemovalPrevented, Is.EqualTo(!isOwn));
    }

    [Test]
    public async Task A_reset_ends_it()
    {
        Expect.Good(Run(Initiator, _prevent));
        Assert.That(await Manage(Login("other"), TaskManagementFunction.LogicalUnitReset), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(Unit.IsMediumRemovalPrevented, Is.False);
    }

    // SPC-6, PREEMPT AND ABORT: for the nexuses that lose their registrations, and for no other.
    [TestCase(0x05, true, Description = "PREEMPT AND ABORT")]
    [TestCase(0x04, false, Description = "PREEMPT")]
    public void Preempt_and_abort_ends_it_for_those_who_are_preempted(int action, bool ends)
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Run(Initiator, [0x5F, 0x00, 0, 0, 0, 0, 0, 0, 24, 0], Keys(0, 1)));
        Expect.Good(Run(other, [0x5F, 0x00, 0, 0, 0, 0, 0, 0, 24, 0], Keys(0, 2)));
        Expect.Good(Run(other, _prevent));
        Expect.Good(Run(Initiator, [0x5F, (byte)action, 0x01, 0, 0, 0, 0, 0, 24, 0], Keys(1, 2)));
        Assert.That(Unit.IsMediumRemovalPrevented, Is.EqualTo(!ends));
    }

    private static byte[] Keys(byte key, byte actionKey)
    {
        byte[] list = new byte[24];
        (list[7], list[15]) = (key, actionKey);
        return list;
    }
}
