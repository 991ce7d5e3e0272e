using System;
using System.Linq;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

public class SupportedOperationCodesTests
{
    private static readonly CommandTable _table = new(SpcCommands.All);

    private static readonly CommandTable _small = new(
    [
        SpcCommands.TestUnitReady,
        new()
        {
            Code = OperationCode.ServiceActionIn16,
            ServiceAction = 0x10,
            Name = "READ CAPACITY(16)",
            Usage = Hex("9E 10 00 00 00 00 00 00 00 00 FF FF FF FF 00 00"),
            NominalTimeoutSeconds = 0x01020304,
            RecommendedTimeoutSeconds = 0x05060708,
        },
    ]);

    private static (bool Answerable, CommandDescriptor? Command, Sense Sense) Ask(int options, byte code, ushort serviceAction)
    {
        byte[] cdb = [0xA3, 0x0C, (byte)options, code, (byte)(serviceAction >> 8), (byte)serviceAction, 0, 0, 1, 0, 0, 0];
        var answerable = SupportedOperationCodesData.TryFind(_table, new(cdb), out var command, out var sense);
        return (answerable, command, sense);
    }

    // SPC-6, all_commands parameter data format and command timeouts descriptor.
    [Test]
    public void All_commands_are_written_byte_for_byte_as_the_standard_lays_them_out()
    {
        Assert.That(Build(to => SupportedOperationCodesData.WriteAll(to, _small, false)), Is.EqualTo(Hex(
            "00 00 00 10 " +
            "00 00 00 00 00 00 00 06 " +
            "9E 00 00 10 00 01 00 10")));
        Assert.That(Build(to => SupportedOperationCodesData.WriteAll(to, _small, true)), Is.EqualTo(Hex(
            "00 00 00 28 " +
            "00 00 00 00 00 02 00 06 00 0A 00 00 00 00 00 01 00 00 00 3C " +
            "9E 00 00 10 00 03 00 10 00 0A 00 00 01 02 03 04 05 06 07 08")));
        RefusesShortBuffers(to => SupportedOperationCodesData.WriteAll(to, _small, true));
    }

    // SPC-6, one_command parameter data format.
    [Test]
    public void One_command_is_written_byte_for_byte_as_the_standard_lays_it_out()
    {
        var command = _small.Commands[1];
        Assert.That(Build(to => SupportedOperationCodesData.WriteOne(to, command, false)), Is.EqualTo(Hex(
            "00 03 00 10 9E 10 00 00 00 00 00 00 00 00 FF FF FF FF 00 00")));
        Assert.That(Build(to => SupportedOperationCodesData.WriteOne(to, command, true)), Is.EqualTo(Hex(
            "00 83 00 10 9E 10 00 00 00 00 00 00 00 00 FF FF FF FF 00 00 00 0A 00 00 01 02 03 04 05 06 07 08")));
        Assert.That(Build(to => SupportedOperationCodesData.WriteOne(to, null, true)), Is.EqualTo(Hex("00 01 00 00")));
        RefusesShortBuffers(to => SupportedOperationCodesData.WriteOne(to, command, true));
        RefusesShortBuffers(to => SupportedOperationCodesData.WriteOne(to, null, false));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void All_commands_come_back_as_they_were(bool timeouts)
    {
        var data = Build(to => SupportedOperationCodesData.WriteAll(to, _table, timeouts));
        Assert.That(data, Has.Length.EqualTo(SupportedOperationCodesData.GetAllLength(_table, timeouts)));
        var expected = _table.Commands.Select(command => new SupportedCommand(
            command.Code,
            command.ServiceAction,
            (ushort)command.CdbLength,
            timeouts ? new CommandTimeouts(command.NominalTimeoutSeconds, command.RecommendedTimeoutSeconds) : null)).ToArray();
        Assert.That(LeastLength(data, source => SupportedOperationCodesData.TryParseAll(source, out _)), Is.EqualTo(4));
        for (var length = 4; length <= data.Length; length++)
        {
            Assert.That(SupportedOperationCodesData.TryParseAll(data.AsSpan(0, length), out var read));
            Assert.That(read, Is.EqualTo(expected.Take((length - 4) / (timeouts ? 20 : 8))), $"{length} bytes");
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public void One_command_comes_back_as_it_was_and_is_refused_at_every_truncation(bool timeouts)
    {
        foreach (var command in _table.Commands)
        {
            var data = Build(to => SupportedOperationCodesData.WriteOne(to, command, timeouts));
            Assert.That(data, Has.Length.LessThanOrEqualTo(SupportedOperationCodesData.MaxOneLength));
            Assert.That(SupportedOperationCodesData.TryParseOne(data, out var support, out var usage, out var read));
            Assert.That(support, Is.EqualTo(CommandSupport.Supported));
            Assert.That(usage.ToArray(), Is.EqualTo(command.Usage.ToArray()));
            Assert.That(read, Is.EqualTo(timeouts
                ? new CommandTimeouts(command.NominalTimeoutSeconds, command.RecommendedTimeoutSeconds)
                : (CommandTimeouts?)null));
            Assert.That(
                LeastLength(data, source => SupportedOperationCodesData.TryParseOne(source, out _, out _, out _)),
                Is.EqualTo(data.Length));
        }
    }

    [Test]
    public void A_command_that_is_not_supported_has_no_usage_data()
    {
        Assert.That(SupportedOperationCodesData.TryParseOne(Hex("00 81 FF FF"), out var support, out var usage, out var timeouts));
        Assert.That(support, Is.EqualTo(CommandSupport.NotSupported));
        Assert.That(usage.IsEmpty);
        Assert.That(timeouts, Is.Null);
    }

    [Test]
    public void Timeouts_of_another_length_are_refused()
    {
        Assert.That(CommandTimeouts.TryParse(Hex("00 0A 00 07 00 00 00 01 00 00 00 02"), out var read));
        Assert.That(read, Is.EqualTo(new CommandTimeouts(1, 2, 7)));
        Assert.That(CommandTimeouts.TryParse(Hex("00 0B 00 07 00 00 00 01 00 00 00 02 00"), out _), Is.False);
        ForAll(U32.Two(), pair =>
        {
            var timeouts = new CommandTimeouts(pair.Item1, pair.Item2, (byte)pair.Item1);
            return CommandTimeouts.TryParse(Build(to => timeouts.WriteTo(to)), out var back) && back == timeouts;
        });
    }

    [Test]
    public void Random_bytes_never_throw()
    {
        NeverThrows(source => SupportedOperationCodesData.TryParseAll(source, out _), Hex("00 00 00"), Hex("FF FF FF FF"));
        NeverThrows(
            source => SupportedOperationCodesData.TryParseOne(source, out _, out _, out _),
            Hex("00 83 00"),
            Hex("00 83 FF FF"),
            Hex("00 05 00"));
    }

    [Test]
    public void Reporting_option_1_is_for_operation_codes_without_service_actions()
    {
        Assert.That(Ask(1, 0x12, 0), Is.EqualTo((true, SpcCommands.Inquiry, default(Sense))));
        Assert.That(Ask(1, 0x12, 7).Command, Is.SameAs(SpcCommands.Inquiry), "REQUESTED SERVICE ACTION is ignored.");
        Assert.That(Ask(1, 0xFE, 0), Is.EqualTo((true, (CommandDescriptor?)null, default(Sense))));
        Assert.That(Ask(1, 0xA3, 0x0C), Is.EqualTo((false, (CommandDescriptor?)null, Sense.InvalidFieldInCdb(2, 2))));
    }

    [Test]
    public void Reporting_option_2_is_for_operation_codes_with_service_actions()
    {
        Assert.That(Ask(2, 0xA3, 0x0C), Is.EqualTo((true, SpcCommands.ReportSupportedOperationCodes, default(Sense))));
        Assert.That(Ask(2, 0xA3, 0x1F), Is.EqualTo((true, (CommandDescriptor?)null, default(Sense))));
        Assert.That(
            Ask(2, 0xA3, 0x10C),
            Is.EqualTo((true, (CommandDescriptor?)null, default(Sense))),
            "A service action of 16 bits is not cut to 5.");
        Assert.That(Ask(2, 0x9E, 0x10), Is.EqualTo((true, (CommandDescriptor?)null, default(Sense))));
        Assert.That(Ask(2, 0x12, 0), Is.EqualTo((false, (CommandDescriptor?)null, Sense.InvalidFieldInCdb(2, 2))));
    }

    [Test]
    public void Reporting_option_3_is_for_either()
    {
        Assert.That(Ask(3, 0x12, 0), Is.EqualTo((true, SpcCommands.Inquiry, default(Sense))));
        Assert.That(Ask(3, 0x12, 1), Is.EqualTo((true, (CommandDescriptor?)null, default(Sense))));
        Assert.That(Ask(3, 0xA3, 0x0D), Is.EqualTo((true, SpcCommands.ReportSupportedTaskManagementFunctions, default(Sense))));
        Assert.That(Ask(3, 0xA3, 0), Is.EqualTo((true, (CommandDescriptor?)null, default(Sense))));
        Assert.That(Ask(3, 0xFE, 0), Is.EqualTo((true, (CommandDescriptor?)null, default(Sense))));
    }

    [TestCase(0)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(6)]
    [TestCase(7)]
    public void Other_reporting_options_ask_about_no_single_command(int options) =>
        Assert.That(Ask(options, 0x12, 0), Is.EqualTo((false, (CommandDescriptor?)null, Sense.InvalidFieldInCdb(2, 2))));

    [Test]
    public void A_missing_table_is_a_misuse()
    {
        Assert.That(() => SupportedOperationCodesData.GetAllLength(null!, false), Throws.ArgumentNullException);
        Assert.That(() => SupportedOperationCodesData.WriteAll(new byte[4], null!, false), Throws.ArgumentNullException);
    }
}
