using System;
using System.Linq;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Core.Tests.Protocol;

public class SpcCommandsTests
{
    private static readonly CommandDescriptor[] _all = [.. SpcCommands.All, .. OptionalCommands.All];

    [Test]
    public void They_make_a_table() => Assert.That(new CommandTable(_all).Commands, Has.Count.EqualTo(_all.Length));

    [Test]
    public void None_is_left_out_of_the_list()
    {
        var properties = typeof(SpcCommands).GetProperties().Concat(typeof(OptionalCommands).GetProperties())
            .Where(property => property.PropertyType == typeof(CommandDescriptor))
            .Select(property => property.GetValue(null));
        Assert.That(_all, Is.EquivalentTo(properties));
    }

    // SPC-2 and SBC-5: who allows removal gets through, who prevents it does not.
    [TestCase(0, ReservationAccess.Always)]
    [TestCase(1, ReservationAccess.None)]
    public void Reservations_let_through_who_allows_medium_removal(byte prevent, ReservationAccess expected) => Assert.That(
        OptionalCommands.PreventAllowMediumRemoval.AccessOf([0x1E, 0, 0, 0, prevent, 0]), Is.EqualTo(expected));

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
    [TestCase("LOG SELECT", false, false, false)]
    [TestCase("LOG SENSE", true, true, true)]
    [TestCase("READ BUFFER(10)", false, true, false)]
    [TestCase("WRITE BUFFER", false, false, false)]
    [TestCase("RECEIVE DIAGNOSTIC RESULTS", false, true, false)]
    [TestCase("REPORT PRIORITY", false, true, true)]
    [TestCase("REPORT TIMESTAMP", false, true, true)]
    [TestCase("SET TIMESTAMP", false, false, false)]
    [TestCase("REPORT IDENTIFYING INFORMATION", true, true, true)]
    [TestCase("SET IDENTIFYING INFORMATION", false, false, false)]
    [TestCase("SEND DIAGNOSTIC", false, false, false)]
    public void Reservations_let_through_what_the_tables_say(string name, bool reserve, bool writeExclusive, bool exclusiveAccess)
    {
        var access = _all.Single(command => command.Name == name).Access;
        Assert.That(access.HasFlag(ReservationAccess.AllowedUnderReserve), Is.EqualTo(reserve));
        Assert.That(access.HasFlag(ReservationAccess.AllowedUnderWriteExclusive), Is.EqualTo(writeExclusive));
        Assert.That(access.HasFlag(ReservationAccess.AllowedUnderExclusiveAccess), Is.EqualTo(exclusiveAccess));
    }

    [Test]
    public void A_command_moves_data_exactly_when_it_has_a_length()
    {
        foreach (var command in _all)
        {
            Assert.That(command.TransferLength.Exists, Is.EqualTo(command.Direction != DataDirection.None), command.Name);
            Assert.That(command.Unit, Is.EqualTo(command.TransferLength.Exists ? TransferUnit.Bytes : TransferUnit.None), command.Name);
            Assert.That(command.Lba.Exists, Is.False, command.Name);
        }
    }

    [Test]
    public void The_length_field_is_wholly_inside_the_usage_map()
    {
        foreach (var command in _all)
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
