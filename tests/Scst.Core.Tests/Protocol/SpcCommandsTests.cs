using System;
using System.Linq;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Core.Tests.Protocol;

public class SpcCommandsTests
{
    [Test]
    public void They_make_a_table() => Assert.That(new CommandTable(SpcCommands.All).Commands, Has.Count.EqualTo(SpcCommands.All.Count));

    [Test]
    public void None_is_left_out_of_the_list()
    {
        var properties = typeof(SpcCommands).GetProperties()
            .Where(property => property.PropertyType == typeof(CommandDescriptor))
            .Select(property => property.GetValue(null));
        Assert.That(SpcCommands.All, Is.EquivalentTo(properties));
    }

    // SAM-6, implicit HEAD OF QUEUE and unit attention condition reporting.
    [Test]
    public void Only_inquiry_report_luns_and_request_sense_jump_the_queue_and_pass_unit_attentions()
    {
        CommandDescriptor[] expected = [SpcCommands.RequestSense, SpcCommands.Inquiry, SpcCommands.ReportLuns];
        Assert.That(SpcCommands.All.Where(command => command.Flags.HasFlag(CommandFlags.ImplicitHeadOfQueue)), Is.EqualTo(expected));
        Assert.That(SpcCommands.All.Where(command => command.Flags.HasFlag(CommandFlags.SkipsUnitAttention)), Is.EqualTo(expected));
    }

    [TestCase("TEST UNIT READY", false, true, true)]
    [TestCase("REQUEST SENSE", true, true, true)]
    [TestCase("INQUIRY", true, true, true)]
    [TestCase("MODE SELECT(6)", false, false, false)]
    [TestCase("MODE SELECT(10)", false, false, false)]
    [TestCase("MODE SENSE(6)", false, true, false)]
    [TestCase("MODE SENSE(10)", false, true, false)]
    [TestCase("RESERVE(6)", false, false, false)]
    [TestCase("RESERVE(10)", false, false, false)]
    [TestCase("RELEASE(6)", true, false, false)]
    [TestCase("RELEASE(10)", true, false, false)]
    [TestCase("REPORT LUNS", true, true, true)]
    [TestCase("REPORT SUPPORTED OPERATION CODES", false, true, false)]
    [TestCase("REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", false, true, false)]
    public void Reservations_let_through_what_the_tables_say(string name, bool reserve, bool writeExclusive, bool exclusiveAccess)
    {
        var access = SpcCommands.All.Single(command => command.Name == name).Access;
        Assert.That(access.HasFlag(ReservationAccess.AllowedUnderReserve), Is.EqualTo(reserve));
        Assert.That(access.HasFlag(ReservationAccess.AllowedUnderWriteExclusive), Is.EqualTo(writeExclusive));
        Assert.That(access.HasFlag(ReservationAccess.AllowedUnderExclusiveAccess), Is.EqualTo(exclusiveAccess));
    }

    [Test]
    public void A_command_moves_data_exactly_when_it_has_a_length()
    {
        foreach (var command in SpcCommands.All)
        {
            Assert.That(command.TransferLength.Exists, Is.EqualTo(command.Direction != DataDirection.None), command.Name);
            Assert.That(command.Unit, Is.EqualTo(command.TransferLength.Exists ? TransferUnit.Bytes : TransferUnit.None), command.Name);
            Assert.That(command.Lba.Exists, Is.False, command.Name);
        }
    }

    [Test]
    public void The_length_field_is_wholly_inside_the_usage_map()
    {
        foreach (var command in SpcCommands.All)
        {
            var field = command.TransferLength;
            Assert.That(command.Usage.Slice(field.Offset, field.Width).ToArray(), Is.All.EqualTo(0xFF), command.Name);
        }
    }

    [Test]
    public void A_field_reads_the_number_in_its_bytes()
    {
        byte[] cdb = [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x01];
        Assert.That(new CdbField(0, 8).Read(cdb), Is.EqualTo(0x0123_4567_89AB_CDEF));
        Assert.That(new CdbField(1, 3).Read(cdb), Is.EqualTo(0x234567));
        Assert.That(CdbField.None.Read(cdb), Is.Zero);
        Assert.That(() => new CdbField(7, 3).Read(cdb), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
