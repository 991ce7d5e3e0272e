using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Attention;

[TestFixture]
internal sealed class UnitAttentionTests : EngineFixture
{
    [Test]
    public void The_first_command_of_a_nexus_hears_of_the_power_on_once()
    {
        LoopbackInitiator initiator = Connect();
        Expect.Check(Run(initiator, Cdbs.Read(0, 1), dataIn: 512), 0x6, 0x2900);
        Expect.Good(Run(initiator, Cdbs.Read(0, 1), dataIn: 512));
        Assert.That(Disk.Started, Has.Count.EqualTo(1));
    }

    [Test]
    public void Every_nexus_hears_of_it()
    {
        LoopbackInitiator first = Login("first");
        LoopbackInitiator second = Connect("second");
        Expect.Good(Run(first, Cdbs.TestUnitReady));
        Expect.Check(Run(second, Cdbs.TestUnitReady), 0x6, 0x2900);
    }

    [Test]
    public void Inquiry_and_report_luns_neither_report_nor_clear_it()
    {
        LoopbackInitiator initiator = Connect();
        Expect.Good(Run(initiator, Cdbs.Inquiry(96), dataIn: 96));
        Expect.Good(Run(initiator, Cdbs.ReportLuns(), dataIn: 64));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2900);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Request_sense_reports_it_as_data_and_clears_it(bool descriptor)
    {
        LoopbackInitiator initiator = Connect();
        byte[] data = Fetch(initiator, Cdbs.RequestSense(descriptor), 252);
        Assert.That(descriptor ? data[..4] : [data[0], data[2], data[12], data[13]], Is.EqualTo(descriptor
            ? new byte[] { 0x72, 0x06, 0x29, 0x00 }
            : [0x70, 0x06, 0x29, 0x00]));
        Expect.Good(Run(initiator, Cdbs.TestUnitReady));
        data = Fetch(initiator, Cdbs.RequestSense(), 252);
        Assert.That(new[] { data[2], data[12], data[13] }, Is.EqualTo(new byte[3]), "NO SENSE");
    }

    [Test]
    public void It_goes_before_a_command_that_does_not_exist()
    {
        LoopbackInitiator initiator = Connect();
        Expect.Check(Run(initiator, [0xFF, 0, 0, 0, 0, 0]), 0x6, 0x2900);
        Expect.Check(Run(initiator, [0xFF, 0, 0, 0, 0, 0]), 0x5, 0x2000);
    }

    [Test]
    public void A_write_that_reports_it_changes_nothing()
    {
        LoopbackInitiator initiator = Connect();
        Expect.Check(Run(initiator, Cdbs.Write(0, 1), Pattern(512, 1)), 0x6, 0x2900);
        Assert.That(Disk.Medium.Take(512), Is.All.Zero);
    }

    [Test]
    public void Conditions_are_reported_in_order_and_each_of_them_once()
    {
        LoopbackInitiator initiator = Login();
        Unit.EstablishUnitAttention(AdditionalSense.CapacityDataHasChanged);
        Unit.EstablishUnitAttention(AdditionalSense.ModeParametersChanged);
        Unit.EstablishUnitAttention(AdditionalSense.CapacityDataHasChanged);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2A09);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2A01);
        Expect.Good(Run(initiator, Cdbs.TestUnitReady));
    }

    [Test]
    public async Task A_reset_stands_for_all_that_came_before_it()
    {
        LoopbackInitiator initiator = Login();
        Unit.EstablishUnitAttention(AdditionalSense.CapacityDataHasChanged);
        Assert.That(await Manage(initiator, TaskManagementFunction.LogicalUnitReset), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Unit.EstablishUnitAttention(AdditionalSense.ModeParametersChanged);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2903);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2A01);
        Expect.Good(Run(initiator, Cdbs.TestUnitReady));
    }

    [Test]
    public async Task A_power_on_not_yet_reported_stands_for_a_reset_too()
    {
        LoopbackInitiator initiator = Connect();
        _ = Run(initiator, Cdbs.Inquiry(36), dataIn: 36);
        await Manage(initiator, TaskManagementFunction.LogicalUnitReset);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2900);
        Expect.Good(Run(initiator, Cdbs.TestUnitReady));
    }

    [Test]
    public void Too_many_conditions_collapse_into_one_that_makes_the_initiator_learn_everything_again()
    {
        LoopbackInitiator initiator = Login();
        for (int i = 0; i < 17; i++)
            Unit.EstablishUnitAttention(new AdditionalSense(0x3F, (byte)(0x20 + i)));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2900);
        Expect.Good(Run(initiator, Cdbs.TestUnitReady));
    }

    [Test]
    public void Report_luns_clears_that_the_inventory_has_changed_and_nothing_else()
    {
        LoopbackInitiator initiator = Login();
        Unit.EstablishUnitAttention(AdditionalSense.ReportedLunsDataHasChanged);
        Unit.EstablishUnitAttention(AdditionalSense.CapacityDataHasChanged);
        Expect.Good(Run(initiator, Cdbs.ReportLuns(), dataIn: 64));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2A09);
        Expect.Good(Run(initiator, Cdbs.TestUnitReady));
    }

    [Test]
    public void A_new_capacity_is_told_to_everybody_and_described()
    {
        LoopbackInitiator first = Login("first");
        LoopbackInitiator second = Login("second");
        Unit.CapacityChanged(Disk.Description with { BlockCount = 0x123456 });
        Expect.Check(Run(first, Cdbs.TestUnitReady), 0x6, 0x2A09);
        Expect.Check(Run(second, Cdbs.TestUnitReady), 0x6, 0x2A09);
        byte[] mode = Fetch(first, Cdbs.ModeSense6(0x3F), 255);
        Assert.That(mode[4..8], Is.EqualTo(new byte[] { 0x00, 0x12, 0x34, 0x56 }));
    }

    // SAM-6, status precedence: the unit attentions of resets and nexus loss, RESERVATION CONFLICT, everything else.
    [Test]
    public async Task Only_a_reset_goes_before_a_reservation_conflict()
    {
        LoopbackInitiator holder = Login("holder");
        LoopbackInitiator other = Connect("other");
        Expect.Good(Run(holder, Cdbs.Reserve6));
        Expect.Check(Run(other, Cdbs.TestUnitReady), 0x6, 0x2900);
        Unit.EstablishUnitAttention(AdditionalSense.CapacityDataHasChanged);
        Expect.Status(Run(other, Cdbs.TestUnitReady), ScsiStatus.ReservationConflict);
        await Manage(other, TaskManagementFunction.ITNexusReset);
        Expect.Check(Run(other, Cdbs.TestUnitReady), 0x6, 0x2907);
        Expect.Status(Run(other, Cdbs.TestUnitReady), ScsiStatus.ReservationConflict);
    }

    [Test]
    public void A_condition_that_waits_behind_a_reservation_is_not_lost()
    {
        LoopbackInitiator holder = Login("holder");
        LoopbackInitiator other = Login("other");
        Expect.Good(Run(holder, Cdbs.Reserve6));
        Unit.EstablishUnitAttention(AdditionalSense.CapacityDataHasChanged);
        Expect.Status(Run(other, Cdbs.TestUnitReady), ScsiStatus.ReservationConflict);
        Expect.Check(Run(holder, Cdbs.TestUnitReady), 0x6, 0x2A09);
        Expect.Good(Run(holder, Cdbs.Release6));
        Expect.Check(Run(other, Cdbs.TestUnitReady), 0x6, 0x2A09);
    }

    [Test]
    public async Task Nobody_is_told_after_logging_out()
    {
        LoopbackInitiator gone = Login("gone");
        await gone.CloseAsync();
        LoopbackInitiator back = Login("gone");
        Unit.EstablishUnitAttention(AdditionalSense.CapacityDataHasChanged);
        Expect.Check(Run(back, Cdbs.TestUnitReady), 0x6, 0x2A09);
        Expect.Good(Run(back, Cdbs.TestUnitReady));
    }
}
