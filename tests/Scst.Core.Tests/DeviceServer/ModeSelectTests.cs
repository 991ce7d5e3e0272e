using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.DeviceServer;

[TestFixture]
internal sealed class ModeSelectTests : ModeFixture
{
    private static readonly byte[] _writeBack = With(Caching, 2, 0x00);

    [Test]
    public void New_values_take_effect_and_reach_the_handler()
    {
        Expect.Good(Select(_writeBack));
        Assert.That(Sense(0x08), Is.EqualTo(_writeBack));
        Assert.That(Modes.Changes, Is.EqualTo(new[] { _writeBack }));
    }

    [Test]
    public void Ten_bytes_do_the_same()
    {
        byte[] list = [0, 0, 0, 0, 0, 0, 0, 8, .. Descriptor, .. _writeBack];
        Expect.Good(Run(Initiator, Cdbs.ModeSelect10(list.Length), list));
        Assert.That(Sense(0x08), Is.EqualTo(_writeBack));
    }

    [Test]
    public void A_long_block_descriptor_may_say_what_is_so()
    {
        byte[] list = [0, 0, 0, 0, 0x01, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, .. _writeBack];
        Expect.Good(Run(Initiator, Cdbs.ModeSelect10(list.Length), list));
    }

    [Test]
    public void Ps_is_reserved_in_the_list_and_not_looked_at() => Expect.Good(Select(With(_writeBack, 0, 0x88)));

    [Test]
    public void The_same_values_again_are_no_change()
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Select(Caching, Control));
        Assert.That(Modes.Changes, Is.Empty);
        Expect.Good(Run(other, Cdbs.TestUnitReady));
    }

    [Test]
    public void A_list_length_of_zero_changes_nothing_and_is_no_error()
    {
        Expect.Good(Run(Initiator, Cdbs.ModeSelect6(0)));
        Expect.Good(Run(Initiator, Cdbs.ModeSelect10(0)));
    }

    [Test]
    public void Pf_zero_and_sp_one_are_refused()
    {
        byte[] list = [0, 0, 0, 0, .. _writeBack];
        Expect.InvalidFieldInCdb(Run(Initiator, Cdbs.ModeSelect6(list.Length, 0x00), list), 1, 4);
        Expect.InvalidFieldInCdb(Run(Initiator, Cdbs.ModeSelect6(list.Length, 0x11), list), 1, 0);
        Expect.InvalidFieldInCdb(Run(Initiator, Cdbs.ModeSelect10(list.Length, 0x00), list), 1, 4);
        Assert.That(Sense(0x08), Is.EqualTo(Caching));
    }

    [Test]
    public void A_list_cut_anywhere_changes_nothing([Values] bool tenByte)
    {
        byte[] list = tenByte ? [0, 0, 0, 0, 0, 0, 0, 8, .. Descriptor, .. _writeBack] : [0, 0, 0, 8, .. Descriptor, .. _writeBack];
        int headed = tenByte ? 16 : 12;
        for (int length = 1; length < list.Length; length++)
        {
            LoopbackResult result = Run(Initiator, tenByte ? Cdbs.ModeSelect10(length) : Cdbs.ModeSelect6(length), list[..length]);
            // A list that ends behind the block descriptor holds no page, which is no error.
            if (length == headed)
                Expect.Good(result);
            else
                Expect.Check(result, 0x5, 0x1A00);
        }
        Assert.That(Sense(0x08), Is.EqualTo(Caching));
    }

    [Test]
    public void Less_data_than_the_list_length_says_is_a_length_error()
    {
        byte[] list = [0, 0, 0, 0, .. _writeBack];
        Expect.Check(Run(Initiator, Cdbs.ModeSelect6(list.Length), list[..10]), 0x5, 0x1A00);
        Expect.Check(Run(Initiator, Cdbs.ModeSelect6(list.Length)), 0x5, 0x1A00);
        Assert.That(Sense(0x08), Is.EqualTo(Caching));
    }

    [Test]
    public void A_block_descriptor_length_that_there_is_not_is_pointed_at()
    {
        byte[] list = [0, 0, 0, 4, 0, 0, 0, 0, .. _writeBack];
        Expect.InvalidFieldInList(Run(Initiator, Cdbs.ModeSelect6(list.Length), list), 3);
        list = [0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, .. _writeBack];
        Expect.InvalidFieldInList(Run(Initiator, Cdbs.ModeSelect10(list.Length), list), 6);
    }

    [Test]
    public void A_block_descriptor_may_not_change_what_is_so()
    {
        byte[] list = [0, 0, 0, 8, .. With(Descriptor, 3, 0x01), .. _writeBack];
        Expect.InvalidFieldInList(Run(Initiator, Cdbs.ModeSelect6(list.Length), list), 4);
        list = [0, 0, 0, 8, .. With(Descriptor, 6, 0x10), .. _writeBack];
        Expect.InvalidFieldInList(Run(Initiator, Cdbs.ModeSelect6(list.Length), list), 4);
        Assert.That(Sense(0x08), Is.EqualTo(Caching));
    }

    // SBC-5, NUMBER OF LOGICAL BLOCKS: zero leaves the capacity as it is.
    [Test]
    public void A_block_descriptor_may_leave_the_number_of_blocks_open()
    {
        byte[] list = [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0x02, 0, .. _writeBack];
        Expect.Good(Run(Initiator, Cdbs.ModeSelect6(list.Length), list));
    }

    [Test]
    public void An_unknown_page_is_pointed_at()
    {
        Expect.InvalidFieldInList(Select([0x1C, 0x0A, .. new byte[10]]), 4, 5);
        Expect.InvalidFieldInList(Select(Control, [0x1C, 0x0A, .. new byte[10]]), 16, 5);
    }

    [Test]
    public void A_page_of_another_length_is_pointed_at() => Expect.InvalidFieldInList(Select([0x08, 0x0A, 0x04, .. new byte[9]]), 5);

    [Test]
    public void A_bit_that_may_not_be_changed_is_pointed_at()
    {
        Expect.InvalidFieldInList(Select(With(Caching, 2, 0x05)), 6, 0);
        Expect.InvalidFieldInList(Select(With(Control, 3, 0x00)), 7, 4);
        Expect.InvalidFieldInList(Select(With(Extension, 5, 0x80)), 9, 7);
    }

    [Test]
    public void If_one_page_is_wrong_no_page_changes()
    {
        Expect.InvalidFieldInList(Select(_writeBack, With(Control, 3, 0x00)), 27, 4);
        Assert.That(Sense(0x08), Is.EqualTo(Caching));
        Assert.That(Modes.Changes, Is.Empty);
    }

    [Test]
    public void The_handler_may_refuse()
    {
        Modes.Refusal = Scst.Protocol.Sense.HardwareError(AdditionalSense.InternalTargetFailure);
        Expect.Check(Select(_writeBack), 0x4, 0x4400);
        Assert.That(Sense(0x08), Is.EqualTo(Caching));
    }

    [Test]
    public async Task A_handler_that_throws_refuses_and_stops_no_reset()
    {
        Modes.Throws = true;
        Expect.Check(Select(_writeBack), 0x4, 0x4400);
        Assert.That(Sense(0x08), Is.EqualTo(Caching));
        Modes.Throws = false;
        Expect.Good(Select(_writeBack));
        Modes.Throws = true;
        Assert.That(await Manage(Initiator, TaskManagementFunction.LogicalUnitReset), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.Check(Run(Initiator, Cdbs.TestUnitReady), 0x6, 0x2903);
    }

    [Test]
    public void A_change_is_told_to_all_others()
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Select(_writeBack));
        Expect.Good(Run(Initiator, Cdbs.TestUnitReady));
        Expect.Check(Run(other, Cdbs.TestUnitReady), 0x6, 0x2A01);
    }

    // SPC-6, D_SENSE; 5.13: a logical unit reset brings the default values back where nothing is saved.
    [Test]
    public async Task D_sense_chooses_the_sense_format_until_a_reset()
    {
        byte FormatOf(LoopbackResult result) => result.SenseData.Span[0];

        byte[] unknown = [0xFF, 0, 0, 0, 0, 0];
        Assert.That(FormatOf(Run(Initiator, unknown)), Is.EqualTo(0x70));
        Expect.Good(Select(With(Control, 2, 0x04)));
        Assert.That(FormatOf(Run(Initiator, unknown)), Is.EqualTo(0x72));
        Assert.That(Fetch(Initiator, Cdbs.RequestSense(), 252)[0], Is.EqualTo(0x70), "REQUEST SENSE has its own DESC bit.");
        await Manage(Initiator, TaskManagementFunction.LogicalUnitReset);
        Assert.That(FormatOf(Run(Initiator, unknown)), Is.EqualTo(0x70));
        Assert.That(Sense(0x0A), Is.EqualTo(Control));
    }

    [Test]
    public void Swp_protects_the_medium_for_everybody()
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Select(With(Control, 4, 0x08)));
        Expect.Check(Run(Initiator, Cdbs.Write(0, 1), Pattern(512, 1)), 0x7, 0x2700);
        Expect.Check(Run(other, Cdbs.TestUnitReady), 0x6, 0x2A01);
        Expect.Check(Run(other, Cdbs.Write(0, 1), Pattern(512, 1)), 0x7, 0x2700);
        Assert.That(Disk.Medium.Take(512), Is.All.Zero);
        Assert.That(Fetch(other, Cdbs.ModeSense6(0x3F), 255)[2] & 0x80, Is.EqualTo(0x80));
        Expect.Good(Select(Control));
        Expect.Good(Run(Initiator, Cdbs.Write(0, 1), Pattern(512, 1)));
    }

    [Test]
    public void Random_lists_never_break_anything()
    {
        var random = new Random(42);
        for (int i = 0; i < 2000; i++)
        {
            byte[] list = new byte[random.Next(1, 60)];
            random.NextBytes(list);
            if (i % 2 == 0)
                list.AsSpan(0, Math.Min(4, list.Length)).Clear();
            LoopbackResult result = Run(Initiator, Cdbs.ModeSelect6(list.Length), list);
            Assert.That(result.Status, Is.EqualTo(ScsiStatus.Good).Or.EqualTo(ScsiStatus.CheckCondition));
        }
    }
}
