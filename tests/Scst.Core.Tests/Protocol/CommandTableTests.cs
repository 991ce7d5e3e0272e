using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

public class CommandTableTests
{
    private static readonly CommandDescriptor _read32 = new()
    {
        Code = OperationCode.VariableLength,
        ServiceAction = 0x0009,
        Name = "READ(32)",
        Usage = Hex("7F 00 00 00 00 00 3F 18 00 09 F8 00 FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF"),
    };

    private static readonly CommandDescriptor _write32 = Variant(_read32, "WRITE(32)", 0x000B);

    private static readonly CommandTable _table = new([_write32, _read32, .. SpcCommands.All]);

    private static CommandDescriptor Variant(CommandDescriptor command, string name, ushort serviceAction)
    {
        var usage = command.Usage.ToArray();
        usage[8] = (byte)(serviceAction >> 8);
        usage[9] = (byte)serviceAction;
        return new() { Code = command.Code, ServiceAction = serviceAction, Name = name, Usage = usage };
    }

    private static CommandDescriptor Command(string usage, ushort? serviceAction = null, OperationCode? code = null) => new()
    {
        Code = code ?? (OperationCode)Hex(usage)[0],
        ServiceAction = serviceAction,
        Name = "A",
        Usage = Hex(usage),
    };

    private static Gen<(CommandDescriptor Command, byte[] Cdb)> CdbsOfTable { get; } =
        from command in Gen.Elements<CommandDescriptor>([.. _table.Commands])
        from length in Gen.Elements(command.CdbLength, 16, 32, 40)
        from sparse in Bool
        from mask in Bytes(40)
        from noise in Bytes(40)
        let size = Math.Max(command.CdbLength, length)
        let bits = noise.Select((octet, index) => !sparse ? octet : index % 3 == 0 ? (byte)(octet & mask[index] & 0x11) : (byte)0)
        select (command, Aim(command, [.. bits.Take(size)]));

    private static byte[] Aim(CommandDescriptor command, byte[] cdb)
    {
        cdb[0] = (byte)command.Code;
        if (command.Code == OperationCode.VariableLength)
        {
            cdb[7] = (byte)(command.CdbLength - 8);
            cdb[8] = (byte)(command.ServiceAction!.Value >> 8);
            cdb[9] = (byte)command.ServiceAction.Value;
        }
        else if (command.ServiceAction is { } action)
        {
            cdb[1] = (byte)((cdb[1] & 0xE0) | action);
        }
        return cdb;
    }

    // SPC-6: the bits of the usage map, the bits that name the command, and what SAM-6 tolerates in the CONTROL byte.
    private static (int Byte, int Bit)? FirstOffender(CommandDescriptor command, byte[] cdb)
    {
        var variable = command.Code == OperationCode.VariableLength;
        for (var index = 1; index < command.CdbLength; index++)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var isControl = index == (variable ? 1 : command.CdbLength - 1);
                var named = variable ? index is 7 or 8 or 9 : command.ServiceAction is not null && index == 1 && bit <= 4;
                var allowed = named || (command.Usage.Span[index] >> bit & 1) != 0 || (isControl && bit is (7 or 6 or 1 or 0));
                if (!allowed && (cdb[index] >> bit & 1) != 0)
                    return (index, bit);
            }
        }
        return null;
    }

    [Test]
    public void Every_command_is_found_by_its_cdb()
    {
        foreach (var command in _table.Commands)
        {
            var cdb = Aim(command, new byte[command.CdbLength]);
            Assert.That(_table.Find(cdb), Is.SameAs(command));
            Assert.That(_table.Find(command.Code, command.ServiceAction.GetValueOrDefault()), Is.SameAs(command));
            Assert.That(_table.HasOperationCode(cdb[0]));
            Assert.That(_table.UsesServiceActions(cdb[0]), Is.EqualTo(command.ServiceAction.HasValue));
        }
    }

    [Test]
    public void Nothing_else_is_found() => ForAll(
        from length in Gen.Choose(0, 40)
        from bytes in Bytes(length)
        select bytes,
        cdb =>
        {
            var expected = _table.Commands.SingleOrDefault(command => cdb.Length > 0 && cdb[0] == (byte)command.Code
                && (command.ServiceAction is not { } action
                    || (command.Code == OperationCode.VariableLength
                        ? cdb.Length >= 10 && (cdb[8] << 8 | cdb[9]) == action
                        : cdb.Length >= 2 && (cdb[1] & 0x1F) == action)));
            return ReferenceEquals(_table.Find(cdb), expected);
        });

    [Test]
    public void A_cdb_that_ends_before_its_service_action_is_not_found()
    {
        Assert.That(_table.Find([]), Is.Null);
        Assert.That(_table.Find([0xA3]), Is.Null);
        Assert.That(_table.Find(Hex("7F 00 00 00 00 00 00 18 00")), Is.Null);
        Assert.That(_table.Find(Hex("7F 00 00 00 00 00 00 18 00 09")), Is.SameAs(_read32));
        Assert.That(_table.Find([0xA3, 0xEC]), Is.SameAs(SpcCommands.ReportSupportedOperationCodes));
    }

    [Test]
    public void An_operation_code_without_commands_is_not_supported()
    {
        Assert.That(_table.HasOperationCode(0xFF), Is.False);
        Assert.That(_table.UsesServiceActions(0xFF), Is.False);
        Assert.That(_table.UsesServiceActions(0x12), Is.False);
        Assert.That(new CommandTable([]).HasOperationCode(0x7F), Is.False);
        Assert.That(_table.Find(OperationCode.MaintenanceIn, 32), Is.Null);
        Assert.That(_table.Find(OperationCode.VariableLength, 1), Is.Null);
        Assert.That(_table.Find((OperationCode)0xFF, 0), Is.Null);
    }

    [Test]
    public void Commands_come_in_order_of_operation_code_and_service_action()
    {
        IEnumerable<(OperationCode, ushort?)> keys = [.. _table.Commands.Select(command => (command.Code, command.ServiceAction))];
        Assert.That(keys, Is.EqualTo(keys.OrderBy(key => key.Item1).ThenBy(key => key.Item2)).And.Unique);
        Assert.That(_table.Commands, Has.Count.EqualTo(SpcCommands.All.Count + 2));
    }

    [Test]
    public void A_command_that_is_there_already_is_refused()
    {
        foreach (var command in _table.Commands)
            Assert.That(() => new CommandTable([.. _table.Commands, command]), Throws.ArgumentException);
    }

    [Test]
    public void An_operation_code_both_with_and_without_service_action_is_refused()
    {
        var with = Command("A3 0C 00 00 00 00 00 00 00 00 00 00", 0x0C);
        var without = Command("A3 00 00 00 00 00 00 00 00 00 00 00");
        Assert.That(() => new CommandTable([with, without]), Throws.ArgumentException);
        Assert.That(() => new CommandTable([without, with]), Throws.ArgumentException);
    }

    [Test]
    public void A_usage_map_that_contradicts_its_command_is_refused()
    {
        CommandDescriptor[] wrong =
        [
            Command("00"),
            Command("00 00 00 00 00 00 00 00 00 00"),
            Command("28 00 00 00 00 00"),
            Command("28 00 FF FF FF FF 00 FF FF 00", code: OperationCode.Write10),
            Command("88 00 FF FF FF FF FF FF FF FF"),
            Command("A3 0C 00 00 00 00 00 00 00 00 00 00", 0x0D),
            Command("A3 0C 00 00 00 00 00 00 00 00 00 00", 0x2C),
            Command("7F 00 00 00 00 00 00 18 00 09 00 00 00", 0x09),
            Command("7F 00 00 00 00 00 00 18 00 09 00 00", 0x0A),
            Command("7F 00 00 00 00 00 00 18 00 00 00 00"),
            new() { Code = OperationCode.Inquiry, Name = "A", Usage = Hex("12 01 FF FF FF 00"), TransferLength = new(5, 2) },
            new() { Code = OperationCode.Inquiry, Name = "A", Usage = Hex("12 01 FF FF FF 00"), Lba = new(-1, 2) },
            new() { Code = OperationCode.Inquiry, Name = "A", Usage = Hex("12 01 FF FF FF 00"), Lba = new(0, 9) },
            new() { Code = OperationCode.Inquiry, Name = "A", Usage = Hex("12 01 FF FF FF 00"), AccessCondition = new(6, 1, 1) },
            new() { Code = OperationCode.Inquiry, Name = "A", Usage = Hex("12 01 FF FF FF 00"), AccessCondition = new(-1, 1, 1) },
        ];
        foreach (var command in wrong)
            Assert.That(() => new CommandTable([command]), Throws.ArgumentException, Convert.ToHexString(command.Usage.Span));
        Assert.That(() => new CommandTable(null!), Throws.ArgumentNullException);
        Assert.That(() => new CommandTable([null!]), Throws.ArgumentNullException);
    }

    [Test]
    public void Vendor_specific_groups_may_have_any_length() =>
        Assert.That(new CommandTable([Command("C0 00 00 00 00 00"), Command("E1 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00")]).Commands,
            Has.Count.EqualTo(2));

    [Test]
    public void The_first_bit_outside_the_usage_map_is_pointed_at() => ForAll(CdbsOfTable, sample =>
    {
        var (command, cdb) = sample;
        var accepted = CommandTable.TryCheckReserved(command, cdb, out var sense);
        return FirstOffender(command, cdb) is { } offender
            ? !accepted && sense == Sense.InvalidFieldInCdb(offender.Byte, offender.Bit)
            : accepted && sense == default;
    });

    [Test]
    public void Every_single_reserved_bit_is_noticed_and_no_other()
    {
        foreach (var command in _table.Commands)
        {
            for (var index = 1; index < command.CdbLength; index++)
            {
                for (var bit = 0; bit < 8; bit++)
                {
                    foreach (var length in new[] { command.CdbLength, Math.Max(16, command.CdbLength), 64 })
                    {
                        var cdb = Aim(command, new byte[length]);
                        cdb[index] |= (byte)(1 << bit);
                        cdb = Aim(command, cdb);
                        Assert.That(
                            CommandTable.TryCheckReserved(command, cdb, out _),
                            Is.EqualTo(FirstOffender(command, cdb) is null),
                            $"{command}, byte {index}, bit {bit}, {length} bytes");
                    }
                }
            }
        }
    }

    [Test]
    public void A_cdb_that_is_cut_short_is_pointed_at_where_it_ends()
    {
        foreach (var command in _table.Commands)
        {
            var whole = Aim(command, new byte[command.CdbLength]);
            for (var length = 0; length < whole.Length; length++)
            {
                Assert.That(CommandTable.TryCheckReserved(command, whole.AsSpan(0, length), out var sense), Is.False);
                Assert.That(sense, Is.EqualTo(Sense.InvalidFieldInCdb(length)));
            }
            Assert.That(CommandTable.TryCheckReserved(command, whole, out _));
        }
    }

    [Test]
    public void Bytes_behind_the_command_are_not_looked_at()
    {
        var padded = Hex("12 00 00 00 FF 00 FF FF FF FF FF FF FF FF FF FF");
        Assert.That(CommandTable.TryCheckReserved(SpcCommands.Inquiry, padded, out _));
    }

    [TestCase("12 00 00 00 FF C3", true, 0, Description = "vendor specific and obsolete bits of the CONTROL byte")]
    [TestCase("12 00 00 00 FF 04", false, 2, Description = "NACA")]
    [TestCase("12 00 00 00 FF 20", false, 5, Description = "a reserved bit")]
    public void The_control_byte_is_tolerated_where_it_may_be(string cdb, bool accepted, int bit)
    {
        Assert.That(CommandTable.TryCheckReserved(SpcCommands.Inquiry, Hex(cdb), out var sense), Is.EqualTo(accepted));
        Assert.That(sense, Is.EqualTo(accepted ? default : Sense.InvalidFieldInCdb(5, bit)));
    }

    [Test]
    public void A_command_that_accepts_naca_differs_in_nothing_else()
    {
        foreach (var command in _table.Commands)
        {
            var naca = command.WithNaca();
            var control = command.Code == OperationCode.VariableLength ? 1 : command.CdbLength - 1;
            var cdb = Aim(command, new byte[command.CdbLength]);
            cdb[control] = 0x04;
            Assert.That(CommandTable.TryCheckReserved(command, cdb, out _), Is.False);
            Assert.That(CommandTable.TryCheckReserved(naca, cdb, out _));
            foreach (var property in typeof(CommandDescriptor).GetProperties())
            {
                if (property.Name == nameof(CommandDescriptor.Usage))
                    continue;
                Assert.That(property.GetValue(naca), Is.EqualTo(property.GetValue(command)), property.Name);
            }
            var usage = command.Usage.ToArray();
            usage[control] |= 0x04;
            Assert.That(naca.Usage.ToArray(), Is.EqualTo(usage));
        }
    }
}
