using System.Linq;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>The command table against SBC-5: usage maps from the CDB drawings, reservations from the table of commands allowed.</summary>
[TestFixture]
internal sealed class DiskCommandsTests
{
    private const CommandFlags Reads = CommandFlags.AccessesMedium;
    private const CommandFlags Writes = CommandFlags.AccessesMedium | CommandFlags.WritesMedium;

    [TestCase("READ(6)", "081FFFFFFF00")]
    [TestCase("READ(10)", "2818FFFFFFFF3FFFFF00")]
    [TestCase("READ(12)", "A818FFFFFFFFFFFFFFFF3F00")]
    [TestCase("READ(16)", "8818FFFFFFFFFFFFFFFFFFFFFFFF3F00")]
    [TestCase("WRITE(6)", "0A1FFFFFFF00")]
    [TestCase("WRITE(10)", "2A18FFFFFFFF3FFFFF00")]
    [TestCase("WRITE(12)", "AA18FFFFFFFFFFFFFFFF3F00")]
    [TestCase("WRITE(16)", "8A18FFFFFFFFFFFFFFFFFFFFFFFF3F00")]
    [TestCase("WRITE AND VERIFY(10)", "2E12FFFFFFFF3FFFFF00")]
    [TestCase("WRITE AND VERIFY(12)", "AE12FFFFFFFFFFFFFFFF3F00")]
    [TestCase("WRITE AND VERIFY(16)", "8E12FFFFFFFFFFFFFFFFFFFFFFFF3F00")]
    [TestCase("VERIFY(10)", "2F16FFFFFFFF3FFFFF00")]
    [TestCase("VERIFY(12)", "AF16FFFFFFFFFFFFFFFF3F00")]
    [TestCase("VERIFY(16)", "8F16FFFFFFFFFFFFFFFFFFFFFFFF3F00")]
    [TestCase("SYNCHRONIZE CACHE(10)", "3502FFFFFFFF3FFFFF00")]
    [TestCase("SYNCHRONIZE CACHE(16)", "9102FFFFFFFFFFFFFFFFFFFFFFFF3F00")]
    [TestCase("PRE-FETCH(10)", "3402FFFFFFFF3FFFFF00")]
    [TestCase("PRE-FETCH(16)", "9002FFFFFFFFFFFFFFFFFFFFFFFF3F00")]
    [TestCase("READ CAPACITY(10)", "25000000000000000000")]
    [TestCase("READ CAPACITY(16)", "9E100000000000000000FFFFFFFF0000")]
    [TestCase("START STOP UNIT", "1B0100000500")]
    [TestCase("COMPARE AND WRITE", "8918FFFFFFFFFFFFFFFF000000FF3F00")]
    [TestCase("WRITE SAME(10)", "4108FFFFFFFF3FFFFF00")]
    [TestCase("WRITE SAME(16)", "9309FFFFFFFFFFFFFFFFFFFFFFFF3F00")]
    [TestCase("WRITE SAME(32)", "7F00000000003F18000D0900FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    [TestCase("UNMAP", "4200000000003FFFFF00")]
    [TestCase("GET LBA STATUS(16)", "9E12FFFFFFFFFFFFFFFFFFFFFFFF0000")]
    [TestCase("GET LBA STATUS(32)", "7F0000000000001800120000FFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFF")]
    [TestCase("ORWRITE(16)", "8B18FFFFFFFFFFFFFFFFFFFFFFFF3F00")]
    [TestCase("WRITE ATOMIC(16)", "9C18FFFFFFFFFFFFFFFF0000FFFF3F00")]
    [TestCase("READ DEFECT DATA(10)", "37001F00000000FFFF00")]
    [TestCase("READ DEFECT DATA(12)", "B71FFFFFFFFFFFFFFFFF0000")]
    public void A_usage_map_has_the_fields_of_the_CDB(string name, string usage) =>
        Assert.That(System.Convert.ToHexString(Find(name).Usage.Span), Is.EqualTo(usage));

    [Test]
    public void There_are_no_others()
    {
        Assert.That(DiskCommands.Thin, Has.Count.EqualTo(32));
        Assert.That(DiskCommands.Thick, Has.Count.EqualTo(29));
    }

    [TestCase("WRITE SAME(10)", "4100FFFFFFFF3FFFFF00")]
    [TestCase("WRITE SAME(16)", "9301FFFFFFFFFFFFFFFFFFFFFFFF3F00")]
    [TestCase("WRITE SAME(32)", "7F00000000003F18000D0100FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    public void A_thick_disk_has_no_unmap_bit(string name, string usage) =>
        Assert.That(
            System.Convert.ToHexString(DiskCommands.Descriptors(isThin: false).Single(command => command.Name == name).Usage.Span),
            Is.EqualTo(usage));


    [TestCase("READ", Reads, ReservationAccess.AllowedUnderWriteExclusive)]
    [TestCase("VERIFY", Reads, ReservationAccess.AllowedUnderWriteExclusive)]
    [TestCase("PRE-FETCH", Reads, ReservationAccess.AllowedUnderWriteExclusive)]
    [TestCase("WRITE", Writes, ReservationAccess.None)]
    [TestCase("WRITE AND VERIFY", Writes, ReservationAccess.None)]
    [TestCase("SYNCHRONIZE CACHE", Reads, ReservationAccess.None)]
    [TestCase("READ CAPACITY", CommandFlags.None, ReservationAccess.Always)]
    [TestCase("START STOP UNIT", CommandFlags.None, ReservationAccess.Always)]
    [TestCase("COMPARE AND WRITE", Writes, ReservationAccess.None)]
    [TestCase("ORWRITE", Writes, ReservationAccess.None)]
    [TestCase("WRITE ATOMIC", Writes, ReservationAccess.None)]
    [TestCase("READ DEFECT DATA", Reads, ReservationAccess.AllowedUnderWriteExclusive)]
    public void What_the_core_must_know_is_there(string family, CommandFlags expected, ReservationAccess access)
    {
        CommandDescriptor[] commands = [.. DiskCommands.Descriptors(isThin: true).Where(command => command.Name.Split('(')[0] == family)];
        Assert.That(commands, Is.Not.Empty);
        foreach (CommandDescriptor command in commands)
        {
            Assert.That(command.Flags & Writes, Is.EqualTo(expected), command.Name);
            Assert.That(command.Access, Is.EqualTo(access), command.Name);
            Assert.That(command.AccessCondition is not null, Is.EqualTo(family == "START STOP UNIT"), "START one, POWER CONDITION zero");
            bool isSixByte = command.CdbLength == 6 && command.Code != OperationCode.StartStopUnit;
            Assert.That((command.Flags & CommandFlags.ZeroTransferLengthIs256) != 0, Is.EqualTo(isSixByte), command.Name);
        }
    }

    private static CommandDescriptor Find(string name) => DiskCommands.Descriptors(isThin: true).Single(command => command.Name == name);
}
