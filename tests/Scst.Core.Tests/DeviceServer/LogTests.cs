using System;
using System.Buffers.Binary;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.DeviceServer;

/// <summary>LOG SENSE and LOG SELECT (SPC-6), the core's pages and a handler's.</summary>
[TestFixture]
internal sealed class LogTests : PrimaryFixture
{
    [TestCase("40 00", "00 00 00 07 00 0C 0D 0E 19 2F 30", TestName = "Supported Log Pages")]
    [TestCase("40 FF", "40 FF 00 10 00 00 00 FF 0C 00 0D 00 0E 00 19 00 2F 00 30 02", TestName = "Supported Log Pages and Subpages")]
    [TestCase("4C 00", "8C 00 00 18 00 01 03 08 11 22 33 44 01 00 00 00 00 02 03 08 00 00 00 05 01 00 00 00", TestName = "Logical Block Provisioning")]
    [TestCase("4D 00", "8D 00 00 0C 00 00 03 02 00 29 00 01 03 02 00 46", TestName = "Temperature")]
    [TestCase("4E 00", "8E 00 00 10 00 03 03 04 00 00 C3 50 00 04 03 04 00 00 00 03", TestName = "Start-Stop Cycle Counter")]
    [TestCase("6F 00", "AF 00 00 07 00 00 03 03 5D 10 29", TestName = "Informational Exceptions")]
    [TestCase("70 02", "F0 02 00 00", TestName = "A subpage of the handler without parameters")]
    public void A_page_is_laid_out_as_the_standard_has_it(string page, string expected) =>
        Assert.That(Fetch($"4D 00 {page} 00 00 00 10 00 00"), Is.EqualTo(Bytes(expected)));

    // PARAMETER POINTER: from this parameter code on.
    [TestCase("00 01", "8D 00 00 06 00 01 03 02 00 46")]
    [TestCase("00 00", "8D 00 00 0C 00 00 03 02 00 29 00 01 03 02 00 46")]
    public void The_parameter_pointer_leaves_out_what_is_before_it(string pointer, string expected) =>
        Assert.That(Fetch($"4D 00 4D 00 00 {pointer} 10 00 00"), Is.EqualTo(Bytes(expected)));

    [Test]
    public void The_allocation_length_cuts_the_data_but_not_its_length_field() =>
        Assert.That(Fetch("4D 00 4D 00 00 00 00 00 06 00"), Is.EqualTo(Bytes("8D 00 00 0C 00 00")));

    [Test]
    public async Task Reads_and_writes_are_counted_over_all_nexuses_also_those_that_are_gone()
    {
        LoopbackInitiator other = Login("other");
        Assert.That(Statistics(), Is.EqualTo((0, 0, 0, 0)));
        Expect.Good(Run(Initiator, Cdbs.Read(0, 3), dataIn: 3 * 512));
        Expect.Good(Run(other, Cdbs.Read(8, 1), dataIn: 512));
        Expect.Good(Run(other, Cdbs.Write(8, 2), new byte[1024]));
        Expect.Good(Run(Initiator, Cdbs.Synchronize));
        Assert.That(Statistics(), Is.EqualTo((2, 1, 2, 4)));
        await other.CloseAsync();
        Assert.That(Statistics(), Is.EqualTo((2, 1, 2, 4)));
    }

    [Test]
    public void What_fails_is_not_counted()
    {
        Disk.OnExecute = command => command.Fail(Sense.MediumError(AdditionalSense.WriteError));
        Expect.Check(Run(Initiator, Cdbs.Write(8, 2), new byte[1024]), 0x3, 0x0C00);
        Assert.That(Statistics(), Is.EqualTo((0, 0, 0, 0)));
    }

    [TestCase("4C 02 40 00 00 00 00 00 00 00", true, TestName = "PCR, all pages")]
    [TestCase("4C 02 40 FF 00 00 00 00 00 00", true, TestName = "PCR, all pages and subpages")]
    [TestCase("4C 00 C0 FF 00 00 00 00 00 00", true, TestName = "PC 11b, all pages and subpages")]
    [TestCase("4C 02 59 00 00 00 00 00 00 00", true, TestName = "PCR, this page")]
    [TestCase("4C 02 59 FF 00 00 00 00 00 00", true, TestName = "PCR, all subpages of this page")]
    [TestCase("4C 00 C0 00 00 00 00 00 00 00", true, TestName = "PC 11b: default cumulative values")]
    [TestCase("4C 00 00 00 00 00 00 00 00 00", false, TestName = "PC 00b: no change")]
    [TestCase("4C 00 40 00 00 00 00 00 00 00", false, TestName = "PC 01b: no change")]
    [TestCase("4C 00 80 00 00 00 00 00 00 00", false, TestName = "PC 10b: default thresholds, of which there are none")]
    [TestCase("4C 02 4D 00 00 00 00 00 00 00", false, TestName = "PCR, a page of the handler without counters")]
    public void Log_select_without_a_list_resets_what_is_asked_for(string cdb, bool resets)
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Run(Initiator, Cdbs.Read(0, 3), dataIn: 3 * 512));
        Expect.Good(Send(cdb));
        Assert.That(Statistics(), Is.EqualTo(resets ? (0, 0, 0, 0) : (1, 0, 0, 3)));
        if (resets)
            Expect.Check(Run(other, Cdbs.TestUnitReady), 0x6, 0x2A02);
        Expect.Good(Run(other, Cdbs.TestUnitReady));
        Expect.Good(Run(Initiator, Cdbs.Read(0, 1), dataIn: 512));
        Assert.That(Statistics(), Is.EqualTo(resets ? (1, 0, 0, 1) : (2, 0, 0, 4)));
    }

    // SPC-6, LOG SELECT: data counters are to be zero after that; lists of values are not reset.
    [TestCase("4C 02 4D 00 00 00 00 00 00 00", 1, 1, TestName = "PCR, a page of the handler with a counter")]
    [TestCase("4C 02 4D FF 00 00 00 00 00 00", 1, 1, TestName = "PCR, all subpages of a page of the handler with a counter")]
    [TestCase("4C 02 40 00 00 00 00 00 00 00", 1, 1, TestName = "PCR, all pages where the handler has a counter")]
    [TestCase("4C 00 CD 00 00 00 00 00 00 00", 2, 7, TestName = "PC 11b, a page of the handler with a counter")]
    [TestCase("4C 00 C0 FF 00 00 00 00 00 00", 2, 7, TestName = "PC 11b, all pages and subpages where the handler has a counter")]
    public void Counters_that_nobody_can_reset_are_not_said_to_be_reset(string cdb, int offset, int bit)
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Run(Initiator, Cdbs.Read(0, 3), dataIn: 3 * 512));
        foreach (LogParameterFormat format in (LogParameterFormat[])[LogParameterFormat.BoundedCounter, LogParameterFormat.UnboundedCounter])
        {
            Primary.TemperatureFormat = format;
            Expect.InvalidFieldInCdb(Send(cdb), offset, bit);
        }
        Assert.That(Statistics(), Is.EqualTo((1, 0, 0, 3)), "all or nothing");
        Expect.Good(Run(other, Cdbs.TestUnitReady));
        Expect.Good(Send("4C 02 59 00 00 00 00 00 00 00"));
        Assert.That(Statistics(), Is.EqualTo((0, 0, 0, 0)));
    }

    [Test]
    public void A_list_of_pages_without_parameters_changes_nothing()
    {
        Expect.Good(Run(Initiator, Cdbs.Read(0, 3), dataIn: 3 * 512));
        Expect.Good(Send("4C 00 40 00 00 00 00 00 08 00", Bytes("19 00 00 00 0D 00 00 00")));
        Assert.That(Statistics(), Is.EqualTo((1, 0, 0, 3)));
    }

    /// <summary>
    /// The General Statistics and Performance log page: parameter 0001h with eight numbers of eight bytes; idle time (0002h) and time
    /// interval (0003h), which say nothing.
    /// </summary>
    private (long Reads, long Writes, long BlocksReceived, long BlocksTransmitted) Statistics()
    {
        byte[] page = Fetch("4D 00 59 00 00 00 00 10 00 00");
        Assert.That(page[..8], Is.EqualTo(Bytes("99 00 00 5C 00 01 03 40")));
        Assert.That(page[72..], Is.EqualTo(Bytes("00 02 03 08 00 00 00 00 00 00 00 00 00 03 03 08 00 00 00 00 00 00 00 00")));
        long[] numbers = [.. Enumerable.Range(0, 8).Select(i => BinaryPrimitives.ReadInt64BigEndian(page.AsSpan(8 + i * 8)))];
        Assert.That(numbers[4..], Is.All.Zero, "how long they took is not measured");
        return (numbers[0], numbers[1], numbers[2], numbers[3]);
    }
}
