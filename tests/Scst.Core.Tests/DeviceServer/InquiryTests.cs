using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.DeviceServer;

[TestFixture]
internal sealed class InquiryTests : EngineFixture
{
    private LoopbackInitiator _initiator = null!;

    protected override LogicalUnitOptions UnitOptions => new()
    {
        Identity = new LogicalUnitIdentity
        {
            VendorId = "VENDOR",
            ProductId = "A PRODUCT",
            ProductRevision = "1.2",
            SerialNumber = "SERIAL-0042",
            LocallyAssignedNaa = 0x0123_4567_89AB_CDEF,
        },
    };

    [SetUp]
    public void Connect() => _initiator = Connect("initiator");

    protected override ScriptedHandler CreateDisk() => new PagedHandler();

    [Test]
    public void Standard_data_says_what_the_handler_and_the_identity_say()
    {
        byte[] data = Fetch(_initiator, Cdbs.Inquiry(255), 255);
        Assert.That(data[0], Is.Zero, "PERIPHERAL QUALIFIER 000b, direct access block device");
        Assert.That(data[1], Is.EqualTo(0x80), "RMB");
        Assert.That(data[2], Is.EqualTo(0x06), "VERSION: SPC-4");
        Assert.That(data[3], Is.EqualTo(0x12), "HISUP, RESPONSE DATA FORMAT 2");
        Assert.That(data[4], Is.EqualTo(data.Length - 5), "ADDITIONAL LENGTH");
        Assert.That(data[6], Is.EqualTo(0x10), "MULTIP");
        Assert.That(data[7], Is.EqualTo(0x02), "CMDQUE");
        Assert.That(Encoding.ASCII.GetString(data, 8, 28), Is.EqualTo("VENDOR  " + "A PRODUCT       " + "1.2 "));
        Assert.That(data[58..62], Is.EqualTo(new byte[] { 0x06, 0x00, 0, 0 }), "VERSION DESCRIPTORs");
        Assert.That(StandardInquiryData.TryParse(data, out _));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(5)]
    [TestCase(36)]
    public void A_short_allocation_length_cuts_the_data_and_changes_nothing_in_it(int length)
    {
        byte[] whole = Fetch(_initiator, Cdbs.Inquiry(255), 255);
        LoopbackCommand command = Start(_initiator, Cdbs.Inquiry(length), dataIn: 255);
        Expect.Good(command);
        Assert.That(command.Result.DataInLength, Is.EqualTo(length));
        Assert.That(command.DataIn.ToArray().Take(length), Is.EqualTo(whole.Take(length)));
        Assert.That(command.DataIn.ToArray().Skip(length), Is.All.Zero);
        Assert.That(command.Result.ResidualKind, Is.EqualTo(ResidualKind.Underflow));
        Assert.That(command.Result.ResidualCount, Is.EqualTo(255 - length));
    }

    [Test]
    public void A_page_code_without_evpd_is_refused() =>
        Expect.InvalidFieldInCdb(Run(_initiator, [0x12, 0, 0x80, 0, 96, 0], dataIn: 96), 2);

    [Test]
    public void A_page_that_there_is_not_is_refused() => Expect.InvalidFieldInCdb(Run(_initiator, Cdbs.Inquiry(96, 0xB2), dataIn: 96), 2);

    [Test]
    public void The_supported_pages_are_listed_in_ascending_order_and_each_of_them_parses()
    {
        byte[] data = Fetch(_initiator, Cdbs.Inquiry(255, 0x00), 255);
        Assert.That(data, Is.EqualTo(new byte[] { 0x00, 0x00, 0x00, 0x06, 0x00, 0x80, 0x83, 0x86, 0xB0, 0xC5 }));
        foreach (byte code in data.Skip(4))
        {
            byte[] page = Fetch(_initiator, Cdbs.Inquiry(4096, code), 4096);
            Assert.That(page[1], Is.EqualTo(code));
            Assert.That((page[2] << 8) + page[3], Is.EqualTo(page.Length - 4), "PAGE LENGTH");
        }
    }

    [Test]
    public void The_unit_serial_number_is_the_identity_s()
    {
        byte[] page = Fetch(_initiator, Cdbs.Inquiry(255, 0x80), 255);
        Assert.That(page, Is.EqualTo(new byte[] { 0x00, 0x80, 0x00, 0x0B }.Concat(Encoding.ASCII.GetBytes("SERIAL-0042"))));
        Assert.That(UnitSerialNumberPage.TryParse(page, out string? serial) && serial == "SERIAL-0042");
    }

    [Test]
    public void Device_identification_names_the_unit_twice_and_the_port_once()
    {
        byte[] page = Fetch(_initiator, Cdbs.Inquiry(255, 0x83), 255);
        Assert.That(DeviceIdentificationPage.TryParse(page, out IReadOnlyList<Designator>? designators));
        Assert.That(designators, Is.EqualTo(new[]
        {
            Designator.Naa3(0x0123_4567_89AB_CDEF),
            Designator.T10VendorId("VENDOR", "SERIAL-0042"),
            Designator.RelativeTargetPort(1),
        }));
        // SPC-6, designation descriptor: binary, logical unit, NAA, 8 bytes, NAA 3h.
        Assert.That(page[4..16], Is.EqualTo(new byte[] { 0x01, 0x03, 0x00, 0x08, 0x31, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF }));
    }

    [Test]
    public void Each_port_names_itself()
    {
        Target second = Driver.AddTarget(
            "second",
            new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit), RelativeTargetPort = 77 });
        byte[] page = Fetch(Connect("initiator", second), Cdbs.Inquiry(255, 0x83), 255);
        Assert.That(DeviceIdentificationPage.TryParse(page, out IReadOnlyList<Designator>? designators));
        Assert.That(designators, Does.Contain(Designator.RelativeTargetPort(77)));
    }

    [Test]
    public void Extended_inquiry_data_says_which_task_attributes_there_are()
    {
        byte[] page = Fetch(_initiator, Cdbs.Inquiry(255, 0x86), 255);
        Assert.That(ExtendedInquiryData.TryParse(page, out ExtendedInquiryData? data));
        Assert.That(page, Has.Length.EqualTo(64));
        // SPC-6: HEADSUP, ORDSUP and SIMPSUP in bits 2 to 0 of byte 5; V_SUP in bit 0 of byte 6; LUICLR in bit 0 of byte 7.
        Assert.That(page[5..8], Is.EqualTo(new byte[] { 0x07, 0x01, 0x01 }));
        Assert.That(data!.VolatileCache);
    }

    [Test]
    public void A_page_of_the_handler_s_comes_as_it_wrote_it()
    {
        byte[] page = Fetch(_initiator, Cdbs.Inquiry(255, 0xC5), 255);
        Assert.That(page, Is.EqualTo(new byte[] { 0x00, 0xC5, 0x00, 0x02, 0xAB, 0xCD }));
    }

    private sealed class PagedHandler : ScriptedHandler, IVpdPageSource
    {
        internal PagedHandler() => Description = new()
        {
            Commands = [Read10, Write10],
            IsRemovable = true,
            HasVolatileCache = true,
            VersionDescriptors = [0x0600],
        };

        public ReadOnlySpan<byte> VpdPageCodes => [0xB0, 0xC5];

        public int WriteVpdPage(byte pageCode, Span<byte> destination)
        {
            if (pageCode == 0xB0)
                return new BlockLimits().WriteTo(destination, default);
            VpdPage.WriteHeader(destination, default, (VpdPageCode)pageCode, 2);
            destination[4] = 0xAB;
            destination[5] = 0xCD;
            return 6;
        }
    }
}
