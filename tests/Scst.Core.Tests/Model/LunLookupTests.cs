using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Model;

[TestFixture]
internal sealed class LunLookupTests : EngineFixture
{
    private const int Nowhere = 7;

    private LoopbackInitiator _initiator = null!;
    private LogicalUnit _second = null!;

    [SetUp]
    public void Connect()
    {
        _second = Add("second", new ScriptedHandler());
        LogicalUnit third = Add("third", new ScriptedHandler());
        Target target = Driver.AddTarget("three", new TargetOptions
        {
            DefaultGroup = new AccessControlGroup { Luns = [new(300, third), new(0, Unit), new(5, _second)] },
        });
        _initiator = Connect("initiator", target);
    }

    private static readonly byte[][] _unanswered =
    [
        Cdbs.TestUnitReady, Cdbs.Read(0, 1), Cdbs.Synchronize, Cdbs.ModeSense6(0x3F), Cdbs.ModeSense10(0x0A), Cdbs.Reserve6, Cdbs.Release10,
        Cdbs.SupportedOperationCodes(0), Cdbs.SupportedTaskManagement(false), [0xFF, 0, 0, 0, 0, 0],
        [0xA3, 0x1F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ];

    [TestCase(0, LunAddressMethod.Peripheral)]
    [TestCase(5, LunAddressMethod.Peripheral)]
    [TestCase(5, LunAddressMethod.FlatSpace)]
    [TestCase(300, LunAddressMethod.FlatSpace)]
    [TestCase(300, LunAddressMethod.ExtendedFlatSpace)]
    public void A_mapped_number_is_found_in_every_addressing_method(int number, LunAddressMethod method)
    {
        var command = new LoopbackCommand { Cdb = Cdbs.TestUnitReady, Lun = Lun.FromNumber(number, method) };
        _initiator.Submit(command);
        _initiator.EndOfBurst();
        Expect.Check(command.Result, 0x6, 0x2900);
    }

    [TestCase(0x4005_0000_0000_0000UL, 0x0005_0000_0000_0000UL)]
    public void Two_ways_to_write_a_number_are_one_nexus(ulong first, ulong second)
    {
        LoopbackResult ReadyAt(ulong lun)
        {
            var command = new LoopbackCommand { Cdb = Cdbs.TestUnitReady, Lun = new Lun(lun) };
            _initiator.Submit(command);
            _initiator.EndOfBurst();
            return command.Result;
        }

        Expect.Check(ReadyAt(first), 0x6, 0x2900);
        Expect.Good(ReadyAt(second));
    }

    // C101h...: the REPORT LUNS well known logical unit, which there is not; 0105h: bus 1; 0005_0001h: second level.
    [TestCase(0xC101_0000_0000_0000UL)]
    [TestCase(0x0105_0000_0000_0000UL)]
    [TestCase(0x0005_0001_0000_0000UL)]
    public void A_field_that_addresses_no_number_of_the_first_level_is_nobody(ulong lun)
    {
        var command = new LoopbackCommand { Cdb = Cdbs.TestUnitReady, Lun = new Lun(lun) };
        _initiator.Submit(command);
        _initiator.EndOfBurst();
        Expect.Check(command.Result, 0x5, 0x2500);
    }

    // SPC-6, standard INQUIRY data: PERIPHERAL QUALIFIER 011b, PERIPHERAL DEVICE TYPE 1Fh.
    [Test]
    public void Inquiry_of_an_unknown_lun_says_that_nothing_can_be_there()
    {
        byte[] data = Fetch(_initiator, Cdbs.Inquiry(96), 96, Nowhere);
        Assert.That(data[0], Is.EqualTo(0x7F));
        Assert.That(data, Has.Length.GreaterThanOrEqualTo(36));
        Assert.That(StandardInquiryData.TryParse(data, out _));
    }

    [Test]
    public void A_page_of_an_unknown_lun_does_not_exist() =>
        Expect.Check(Run(_initiator, Cdbs.Inquiry(96, 0x83), dataIn: 96, lun: Nowhere), 0x5, 0x2500);

    [Test]
    public void Inquiry_with_a_reserved_bit_is_refused_also_at_an_unknown_lun() =>
        Expect.InvalidFieldInCdb(Run(_initiator, [0x12, 0x80, 0, 0, 96, 0], dataIn: 96, lun: Nowhere), 1, 7);

    [TestCase(0)]
    [TestCase(Nowhere)]
    [TestCase(300)]
    public void Report_luns_lists_the_map_in_ascending_order_through_every_lun(int lun)
    {
        byte[] data = Fetch(_initiator, Cdbs.ReportLuns(), 4096, lun);
        byte[] expected =
        [
            0, 0, 0, 24, 0, 0, 0, 0,
            0x00, 0x00, 0, 0, 0, 0, 0, 0,
            0x00, 0x05, 0, 0, 0, 0, 0, 0,
            0x41, 0x2C, 0, 0, 0, 0, 0, 0,
        ];
        Assert.That(data, Is.EqualTo(expected));
    }

    // SPC-6, REQUEST SENSE: an incorrect LUN is reported as parameter data, in the format that DESC asks for.
    [TestCase(false)]
    [TestCase(true)]
    public void Request_sense_at_an_unknown_lun_says_so_in_its_data(bool descriptor)
    {
        byte[] data = Fetch(_initiator, Cdbs.RequestSense(descriptor), 252, Nowhere);
        Assert.That(data[0], Is.EqualTo(descriptor ? 0x72 : 0x70));
        Assert.That(descriptor ? data[1] : data[2], Is.EqualTo(0x05));
        Assert.That(descriptor ? data[2..4] : data[12..14], Is.EqualTo(new byte[] { 0x25, 0x00 }));
    }

    [TestCaseSource(nameof(_unanswered))]
    public void Every_other_command_at_an_unknown_lun_ends_in_logical_unit_not_supported(byte[] cdb) =>
        Expect.Check(Run(_initiator, cdb, dataIn: cdb[0] is 0 or 0x35 or 0x16 or 0x57 ? 0 : 512, lun: Nowhere), 0x5, 0x2500);

    [Test]
    public void No_data_is_fetched_for_a_write_to_an_unknown_lun()
    {
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), new byte[512], lun: Nowhere, holdsDataOut: true);
        Expect.Check(write.Result, 0x5, 0x2500);
        Assert.That(write.Result.ResidualKind, Is.EqualTo(ResidualKind.Underflow));
        Assert.That(write.Result.ResidualCount, Is.EqualTo(512));
    }

    [Test]
    public void An_unknown_lun_has_no_unit_attention() => Expect.Check(Run(_initiator, Cdbs.TestUnitReady, lun: Nowhere), 0x5, 0x2500);

    [Test]
    public void Through_an_empty_map_nothing_is_seen()
    {
        Target empty = Driver.AddTarget("empty", new TargetOptions());
        LoopbackInitiator initiator = Connect("initiator", empty);
        Assert.That(Fetch(initiator, Cdbs.Inquiry(36), 36)[0], Is.EqualTo(0x7F));
        Assert.That(Fetch(initiator, Cdbs.ReportLuns(), 16), Is.EqualTo(new byte[8]));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x5, 0x2500);
    }

    [Test]
    public void Commands_reach_the_logical_unit_that_the_map_names()
    {
        IEnumerable<ScriptedHandler> handlers = new[] { 0, 5, 300 }.Select(lun =>
        {
            _ = Run(_initiator, Cdbs.TestUnitReady, lun: lun);
            Expect.Good(Run(_initiator, Cdbs.Synchronize, lun: lun));
            return lun switch { 0 => Disk, 5 => (ScriptedHandler)_second.Handler, _ => (ScriptedHandler)Engine.LogicalUnits[2].Handler };
        });
        Assert.That(handlers.Select(handler => handler.Started.Count), Is.EqualTo(new[] { 1, 1, 1 }));
    }
}
