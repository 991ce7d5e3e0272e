using System.Linq;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.DeviceServer;

[TestFixture]
internal sealed class ModeSenseTests : ModeFixture
{
    // SPC-6, mode parameter header(6): MODE DATA LENGTH, MEDIUM TYPE, DEVICE-SPECIFIC PARAMETER (DPOFUA), BLOCK DESCRIPTOR LENGTH.
    [Test]
    public void Six_bytes_give_header_block_descriptor_and_page() =>
        Assert.That(Fetch(Initiator, Cdbs.ModeSense6(0x0A), 255), Is.EqualTo((byte[])[0x17, 0x00, 0x10, 0x08, .. Descriptor, .. Control]));

    [Test]
    public void Ten_bytes_give_the_long_header() => Assert.That(
        Fetch(Initiator, Cdbs.ModeSense10(0x0A), 255),
        Is.EqualTo((byte[])[0x00, 0x1A, 0x00, 0x10, 0x00, 0x00, 0x00, 0x08, .. Descriptor, .. Control]));

    [Test]
    public void Dbd_leaves_the_block_descriptor_out()
    {
        Assert.That(Fetch(Initiator, Cdbs.ModeSense6(0x0A, dbd: true), 255), Is.EqualTo((byte[])[0x0F, 0x00, 0x10, 0x00, .. Control]));
        Assert.That(
            Fetch(Initiator, Cdbs.ModeSense10(0x0A, dbd: true), 255),
            Is.EqualTo((byte[])[0x00, 0x12, 0x00, 0x10, 0, 0, 0, 0, .. Control]));
    }

    // SBC-5, long LBA mode parameter block descriptor: 8 bytes of blocks, 4 reserved, 4 of block length; LONGLBA in the header.
    [Test]
    public void Llbaa_gets_the_long_block_descriptor() => Assert.That(
        Fetch(Initiator, Cdbs.ModeSense10(0x0A, llbaa: true), 255),
        Is.EqualTo((byte[])
        [
            0x00, 0x22, 0x00, 0x10, 0x01, 0x00, 0x00, 0x10,
            0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0x02, 0,
            .. Control,
        ]));

    [Test]
    public void A_read_only_device_is_write_protected()
    {
        LogicalUnit readOnly = Add("read-only", new ScriptedHandler { Description = Disk.Description with { IsReadOnly = true } });
        Target target = Driver.AddTarget("read-only", new TargetOptions { DefaultGroup = AccessControlGroup.Of(readOnly) });
        LoopbackInitiator initiator = Login("initiator", target);
        Assert.That(Fetch(initiator, Cdbs.ModeSense6(0x0A), 255)[2], Is.EqualTo(0x90), "WP and DPOFUA");
        Expect.Check(Run(initiator, Cdbs.Write(0, 1), new byte[512]), 0x7, 0x2700);
        Expect.Good(Run(initiator, Cdbs.Read(0, 1), dataIn: 512));
    }

    // PAGE CONTROL 01b: a one for each bit that may be changed. D_SENSE, SWP and TAS are obeyed, so they may be.
    [Test]
    public void Changeable_values_are_masks()
    {
        Assert.That(
            Fetch(Initiator, Cdbs.ModeSense6(0x0A, control: 1, dbd: true), 255)[4..],
            Is.EqualTo(new byte[] { 0x0A, 0x0A, 0x04, 0, 0x08, 0x40, 0, 0, 0, 0, 0, 0 }));
        Assert.That(
            Fetch(Initiator, Cdbs.ModeSense6(0x08, control: 1, dbd: true), 255)[4..],
            Is.EqualTo((byte[])[0x08, 0x12, 0x04, .. new byte[17]]));
        Assert.That(
            Fetch(Initiator, Cdbs.ModeSense6(0x0A, 0x01, control: 1, dbd: true), 255)[4..],
            Is.EqualTo((byte[])[0x4A, 0x01, 0x00, 0x1C, 0x02, .. new byte[27]]));
    }

    [Test]
    public void Default_values_stay_what_they_are()
    {
        Expect.Good(Select(With(Control, 2, 0x04), With(Caching, 2, 0x00)));
        Assert.That(Fetch(Initiator, Cdbs.ModeSense6(0x3F, control: 2, dbd: true), 255)[4..], Is.EqualTo(Caching.Concat(Control)));
        Assert.That(
            Fetch(Initiator, Cdbs.ModeSense6(0x3F, dbd: true), 255)[4..],
            Is.EqualTo(With(Caching, 2, 0x00).Concat(With(Control, 2, 0x04))));
    }

    [Test]
    public void Saved_values_there_are_not() => Expect.Check(Run(Initiator, Cdbs.ModeSense6(0x3F, control: 3), dataIn: 255), 0x5, 0x3900);

    // SPC-6, MODE SENSE page and subpage codes: subpage 00h is page_0 format alone, FFh is all; pages ascend.
    [Test]
    public void All_pages_come_in_ascending_order()
    {
        Assert.That(Fetch(Initiator, Cdbs.ModeSense6(0x3F, dbd: true), 255)[4..], Is.EqualTo(Caching.Concat(Control)));
        Assert.That(
            Fetch(Initiator, Cdbs.ModeSense6(0x3F, 0xFF, dbd: true), 255)[4..],
            Is.EqualTo(Caching.Concat(Control).Concat(ControlExtension).Concat(Extension)));
        Assert.That(
            Fetch(Initiator, Cdbs.ModeSense6(0x0A, 0xFF, dbd: true), 255)[4..],
            Is.EqualTo(Control.Concat(ControlExtension).Concat(Extension)));
        Assert.That(Fetch(Initiator, Cdbs.ModeSense6(0x0A, 0x02, dbd: true), 255)[4..], Is.EqualTo(Extension));
        Assert.That(Fetch(Initiator, Cdbs.ModeSense6(0x0A, 0x01, dbd: true), 255)[4..], Is.EqualTo(ControlExtension));
    }

    [Test]
    public void An_unknown_page_or_subpage_is_pointed_at()
    {
        Expect.InvalidFieldInCdb(Run(Initiator, Cdbs.ModeSense6(0x1C), dataIn: 255), 2, 5);
        Expect.InvalidFieldInCdb(Run(Initiator, Cdbs.ModeSense10(0x1C), dataIn: 255), 2, 5);
        Expect.InvalidFieldInCdb(Run(Initiator, Cdbs.ModeSense6(0x0A, 0x05), dataIn: 255), 3, 7);
        Expect.InvalidFieldInCdb(Run(Initiator, Cdbs.ModeSense10(0x0A, 0x05), dataIn: 255), 3, 7);
        // With page code 3Fh, subpage codes other than 00h and FFh are reserved.
        Expect.InvalidFieldInCdb(Run(Initiator, Cdbs.ModeSense6(0x3F, 0x01), dataIn: 255), 3, 7);
    }

    // SPC-6, MODE SENSE(6): MODE DATA LENGTH is one byte and does not count itself. 4 + 12 + 32 + 208 bytes fit, 209 do not.
    [TestCase(208, true)]
    [TestCase(209, false)]
    public void More_than_the_short_header_can_tell_is_an_invalid_field_in_the_cdb(int length, bool fits)
    {
        byte[] page = [0x70, 0x01, 0, (byte)(length - 4), .. new byte[length - 4]];
        var handler = new ScriptedHandler { Description = Disk.Description with { ModePages = [new ModePage(page, page)] } };
        Target target = Driver.AddTarget("wordy", new TargetOptions { DefaultGroup = AccessControlGroup.Of(Add("wordy", handler)) });
        LoopbackInitiator initiator = Login("initiator", target);
        byte[] ask = Cdbs.ModeSense6(0x3F, 0xFF, dbd: true);
        if (fits)
            Assert.That(Fetch(initiator, ask, 255)[0], Is.EqualTo(255));
        else
            Expect.InvalidFieldInCdb(Run(initiator, ask, dataIn: 255), 2, 5);
        Assert.That(Fetch(initiator, Cdbs.ModeSense10(0x3F, 0xFF, dbd: true), 4096), Has.Length.EqualTo(8 + 12 + 32 + length));
    }

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(20)]
    public void A_short_allocation_length_cuts_the_data_but_not_its_length_field(byte length)
    {
        byte[] whole = Fetch(Initiator, Cdbs.ModeSense6(0x0A), 255);
        Assert.That(Fetch(Initiator, Cdbs.ModeSense6(0x0A, length: length), 255), Is.EqualTo(whole.Take(length)));
    }
}
