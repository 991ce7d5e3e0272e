using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

public class CdbViewTests
{
    [Test]
    public void Inquiry()
    {
        var cdb = new InquiryCdb(Hex("12 01 83 12 34 00"));
        Assert.That(cdb.Evpd);
        Assert.That(cdb.CommandSupportData, Is.False);
        Assert.That(cdb.PageCode, Is.EqualTo(0x83));
        Assert.That(cdb.AllocationLength, Is.EqualTo(0x1234));
        Assert.That(new InquiryCdb(Hex("12 02 00 00 FF 00")).CommandSupportData);
        Assert.That(new InquiryCdb(Hex("12 02 00 00 FF 00")).Evpd, Is.False);
    }

    [Test]
    public void Request_sense()
    {
        var cdb = new RequestSenseCdb(Hex("03 01 00 00 FC 00"));
        Assert.That(cdb.Format, Is.EqualTo(SenseFormat.Descriptor));
        Assert.That(cdb.AllocationLength, Is.EqualTo(252));
        Assert.That(new RequestSenseCdb(Hex("03 00 00 00 12 00")).Format, Is.EqualTo(SenseFormat.Fixed));
    }

    [Test]
    public void Report_luns()
    {
        var cdb = new ReportLunsCdb(Hex("A0 00 02 00 00 00 12 34 56 78 00 00"));
        Assert.That(cdb.SelectReport, Is.EqualTo(2));
        Assert.That(cdb.AllocationLength, Is.EqualTo(0x12345678));
    }

    [Test]
    public void Mode_sense_of_six_bytes()
    {
        // Bit 4 of byte 1 is LLBAA in MODE SENSE(10) only.
        var cdb = new ModeSenseCdb(Hex("1A 18 88 01 FE 00"));
        Assert.That(cdb.IsTenByte || cdb.LlBaa, Is.False);
        Assert.That(cdb.Dbd);
        Assert.That(cdb.PageControl, Is.EqualTo(ModePageControl.Default));
        Assert.That(cdb.PageCode, Is.EqualTo(0x08));
        Assert.That(cdb.SubpageCode, Is.EqualTo(0x01));
        Assert.That(cdb.AllocationLength, Is.EqualTo(0xFE));
    }

    [Test]
    public void Mode_sense_of_ten_bytes()
    {
        var cdb = new ModeSenseCdb(Hex("5A 10 FF FF 00 00 00 12 34 00"));
        Assert.That(cdb.IsTenByte && cdb.LlBaa);
        Assert.That(cdb.Dbd, Is.False);
        Assert.That(cdb.PageControl, Is.EqualTo(ModePageControl.Saved));
        Assert.That(cdb.PageCode, Is.EqualTo(ModePageCodes.All));
        Assert.That(cdb.SubpageCode, Is.EqualTo(ModePageCodes.AllSubpages));
        Assert.That(cdb.AllocationLength, Is.EqualTo(0x1234));
    }

    [TestCase(0x00, ModePageControl.Current)]
    [TestCase(0x40, ModePageControl.Changeable)]
    [TestCase(0x80, ModePageControl.Default)]
    [TestCase(0xC0, ModePageControl.Saved)]
    public void Page_control(byte octet, ModePageControl expected) =>
        Assert.That(new ModeSenseCdb([0x1A, 0, octet, 0, 0, 0]).PageControl, Is.EqualTo(expected));

    [Test]
    public void Mode_select()
    {
        var six = new ModeSelectCdb(Hex("15 11 00 00 18 00"));
        Assert.That(six.PageFormat && six.SavePages);
        Assert.That(six.IsTenByte || six.RevertToDefaults, Is.False);
        Assert.That(six.ParameterListLength, Is.EqualTo(0x18));

        var ten = new ModeSelectCdb(Hex("55 02 00 00 00 00 00 12 34 00"));
        Assert.That(ten.IsTenByte && ten.RevertToDefaults);
        Assert.That(ten.PageFormat || ten.SavePages, Is.False);
        Assert.That(ten.ParameterListLength, Is.EqualTo(0x1234));
    }

    [Test]
    public void Reserve_and_release()
    {
        var plain = new ReserveCdb(Hex("16 00 00 00 00 00"));
        Assert.That(plain.IsTenByte || plain.ThirdParty || plain.LongId || plain.Extent, Is.False);
        Assert.That(plain.ParameterListLength + plain.ThirdPartyDeviceId, Is.Zero);

        var extent = new ReserveCdb(Hex("17 13 00 12 34 00"));
        Assert.That(extent.ThirdParty && extent.Extent);
        Assert.That(extent.LongId, Is.False);
        Assert.That(extent.ThirdPartyDeviceId, Is.Zero);
        Assert.That(extent.ParameterListLength, Is.EqualTo(0x1234));

        foreach (var code in new[] { "56", "57" })
        {
            var ten = new ReserveCdb(Hex(code + " 12 00 07 00 00 00 00 08 00"));
            Assert.That(ten.IsTenByte && ten.ThirdParty && ten.LongId);
            Assert.That(ten.Extent, Is.False);
            Assert.That(ten.ThirdPartyDeviceId, Is.EqualTo(7));
            Assert.That(ten.ParameterListLength, Is.EqualTo(8));
        }
    }

    [Test]
    public void Report_supported_operation_codes()
    {
        var cdb = new ReportSupportedOperationCodesCdb(Hex("A3 0C 83 9E 00 10 00 01 02 03 00 00"));
        Assert.That(cdb.Rctd);
        Assert.That(cdb.ReportingOptions, Is.EqualTo(3));
        Assert.That(cdb.RequestedOperationCode, Is.EqualTo(0x9E));
        Assert.That(cdb.RequestedServiceAction, Is.EqualTo(0x10));
        Assert.That(cdb.AllocationLength, Is.EqualTo(0x010203));
        Assert.That(new ReportSupportedOperationCodesCdb(Hex("A3 0C 07 00 00 00 00 00 00 00 00 00")).Rctd, Is.False);
    }

    [Test]
    public void Report_supported_task_management_functions()
    {
        var cdb = new ReportSupportedTaskManagementFunctionsCdb(Hex("A3 0D 80 00 00 00 00 00 00 10 00 00"));
        Assert.That(cdb.Repd);
        Assert.That(cdb.AllocationLength, Is.EqualTo(16));
        Assert.That(new ReportSupportedTaskManagementFunctionsCdb(Hex("A3 0D 00 00 00 00 00 00 00 04 00 00")).Repd, Is.False);
    }
}
