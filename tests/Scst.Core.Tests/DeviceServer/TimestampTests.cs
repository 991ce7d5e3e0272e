using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;

namespace Scst.Tests.DeviceServer;

/// <summary>REPORT TIMESTAMP and SET TIMESTAMP (SPC-6).</summary>
[TestFixture]
internal sealed class TimestampTests : PrimaryFixture
{
    private const string Report = "A3 0F 00 00 00 00 00 00 10 00 00 00";
    private const string Set = "A4 0F 00 00 00 00 00 00 00 0C 00 00";

    // TIMESTAMP PARAMETER DATA LENGTH, TIMESTAMP ORIGIN (011b: outside of the standard), TIMESTAMP.
    [Test]
    public void It_is_the_clock_of_the_host()
    {
        Assert.That(Fetch(Report), Is.EqualTo(Bytes("00 0A 03 00 01 8B CF E5 68 00 00 00")));
        Time.Advance(TimeSpan.FromMilliseconds(0x1234));
        Assert.That(Fetch(Report), Is.EqualTo(Bytes("00 0A 03 00 01 8B CF E5 7A 34 00 00")));
    }

    [Test]
    public async Task What_is_set_goes_on_also_after_a_reset()
    {
        Expect.Good(Send(Set, Bytes("FF FF FF FF 12 34 56 78 9A BC FF FF")));
        Assert.That(Fetch(Report), Is.EqualTo(Bytes("00 0A 02 00 12 34 56 78 9A BC 00 00")), "010b: SET TIMESTAMP");
        Time.Advance(TimeSpan.FromMilliseconds(4));
        Assert.That(await Manage(Initiator, TaskManagementFunction.LogicalUnitReset), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.Check(Run(Initiator, Cdbs.TestUnitReady), 0x6, 0x2903);
        Assert.That(Fetch(Report), Is.EqualTo(Bytes("00 0A 02 00 12 34 56 78 9A C0 00 00")));
    }

    [Test]
    public void The_others_are_told()
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Send(Set, new byte[12]));
        Expect.Check(Run(other, Cdbs.TestUnitReady), 0x6, 0x2A10);
        Expect.Good(Run(Initiator, Cdbs.TestUnitReady));
        Assert.That(Fetch(Report)[2], Is.EqualTo(2));
    }

    [Test]
    public void A_list_length_of_zero_changes_nothing()
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Send("A4 0F 00 00 00 00 00 00 00 00 00 00"));
        Expect.Good(Run(other, Cdbs.TestUnitReady));
        Assert.That(Fetch(Report)[2], Is.EqualTo(3));
    }

    // A list that several buffers of 1 MiB would hold, and one that a single buffer would.
    [TestCase("A4 0F 00 00 00 00 00 10 00 01 00 00", 0x10_0001)]
    [TestCase("A4 0F 00 00 00 00 01 00 00 00 00 00", 0x100_0000)]
    [TestCase("A4 0F 00 00 00 00 00 00 10 01 00 00", 0x1001)]
    public void A_list_much_longer_than_a_timestamp_is_a_length_error(string cdb, int length)
    {
        long before = Engine.BufferPool.AllocatedBytes;
        Expect.Check(Send(cdb, new byte[length]), 0x5, 0x1A00);
        Assert.That(Engine.BufferPool.AllocatedBytes, Is.EqualTo(before), "nor was there a buffer for it");
        Expect.Good(Send("A4 0F 00 00 00 00 00 00 10 00 00 00", new byte[0x1000]));
    }

    // SPC-6, Control Extension mode page: with SCSIP zero the host's clock has precedence and SET TIMESTAMP is refused.
    [Test]
    public void Without_precedence_it_cannot_be_set_and_what_was_set_does_not_count()
    {
        Expect.Good(Send(Set, new byte[12]));
        SetPrecedence(false);
        Assert.That(Fetch(Report), Is.EqualTo(Bytes("00 0A 03 00 01 8B CF E5 68 00 00 00")));
        Expect.InvalidFieldInCdb(Send(Set, new byte[12]), 1, 4);
        SetPrecedence(true);
        Assert.That(Fetch(Report), Is.EqualTo(Bytes("00 0A 02 00 00 00 00 00 00 00 00 00")));
    }

    [Test]
    public void The_allocation_length_cuts_the_data() =>
        Assert.That(Fetch("A3 0F 00 00 00 00 00 00 00 05 00 00"), Is.EqualTo(Bytes("00 0A 03 00 01")));

    private void SetPrecedence(bool isScsi)
    {
        byte[] list = [0, 0, 0, 0, 0x4A, 0x01, 0x00, 0x1C, (byte)(isScsi ? 0x06 : 0x04), .. new byte[27]];
        Expect.Good(Run(Initiator, Cdbs.ModeSelect6(list.Length), list));
    }
}
