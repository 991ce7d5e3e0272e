using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

public class ReportDataTests
{
    private static readonly Lun[] _threeLuns = [Lun.Zero, Lun.FromNumber(256), Lun.ReportLunsWellKnown];

    private static Gen<ReadCapacity16Data> Capacities { get; } =
        from lastLba in U64
        from blockLength in U32
        from basis in Gen.Choose(0, 3)
        from protection in Gen.Choose(0, 8)
        from exponents in Gen.Choose(0, 15).ArrayOf(2)
        from flags in Bool.ArrayOf(2)
        from aligned in Gen.Choose(0, 0x3FFF)
        select new ReadCapacity16Data
        {
            LastLba = lastLba,
            BlockLength = blockLength,
            CapacityBasis = (byte)basis,
            ProtectionType = (byte)protection,
            ProtectionIntervalExponent = (byte)exponents[0],
            PhysicalBlockExponent = (byte)exponents[1],
            ProvisioningManagement = flags[0],
            UnmappedReadsZeros = flags[1],
            LowestAlignedLba = (ushort)aligned,
        };

    private static Gen<SupportedTaskManagementFunctionsData> TaskManagement { get; } =
        from functions in U16
        from shorts in U16
        from valid in Bool
        from timeouts in U32.ArrayOf(2)
        select new SupportedTaskManagementFunctionsData((SupportedTaskManagementFunctions)functions)
        {
            TimeoutsValid = valid,
            ShortTimeoutFunctions = (SupportedTaskManagementFunctions)shorts,
            LongTimeout = timeouts[0],
            ShortTimeout = timeouts[1],
        };

    // SPC-6, REPORT LUNS parameter data.
    [Test]
    public void A_list_of_luns_is_written_byte_for_byte_as_the_standard_lays_it_out()
    {
        Assert.That(Build(to => ReportLunsData.Write(to, _threeLuns)), Is.EqualTo(Hex(
            "00 00 00 18 00 00 00 00 " +
            "00 00 00 00 00 00 00 00 41 00 00 00 00 00 00 00 C1 01 00 00 00 00 00 00")));
        Assert.That(Build(to => ReportLunsData.Write(to, [])), Is.EqualTo(new byte[8]));
        RefusesShortBuffers(to => ReportLunsData.Write(to, _threeLuns));
    }

    [Test]
    public void A_list_of_luns_comes_back_as_it_was_and_truncated_keeps_its_whole_luns() => ForAll(
        from count in Gen.Choose(0, 40)
        from values in U64.ArrayOf(count)
        from cut in Gen.Choose(0, 8 + 8 * count)
        select (Luns: values.Select(value => new Lun(value)).ToArray(), Cut: cut),
        sample =>
        {
            var data = Build(to => ReportLunsData.Write(to, sample.Luns));
            return ReportLunsData.TryParse(data, out var read) && read.SequenceEqual(sample.Luns)
                && ReportLunsData.TryParse(data.AsSpan(0, sample.Cut), out read) == sample.Cut >= 8
                && (read is null || read.SequenceEqual(sample.Luns.Take((sample.Cut - 8) / 8)));
        });

    [Test]
    public void A_lun_list_that_claims_more_than_it_has_allocates_only_what_it_has()
    {
        Assert.That(ReportLunsData.TryParse(Hex("FF FF FF F8 00 00 00 00 00 05 00 00 00 00 00 00"), out var read));
        Assert.That(read, Is.EqualTo((Lun[])[Lun.FromNumber(5)]));
    }

    [Test]
    public void A_lun_list_ends_where_it_says()
    {
        Assert.That(ReportLunsData.TryParse(Hex("00 00 00 08 00 00 00 00 00 05 00 00 00 00 00 00 00 06 00 00 00 00 00 00"), out var read));
        Assert.That(read, Is.EqualTo((Lun[])[Lun.FromNumber(5)]));
    }

    [Test]
    public void The_header_of_a_lun_list_can_be_written_alone()
    {
        Assert.That(Build(to => ReportLunsData.WriteHeader(to, 0x100000)), Is.EqualTo(Hex("00 80 00 00 00 00 00 00")));
        Assert.That(ReportLunsData.GetLength(0), Is.EqualTo(8));
        Assert.That(ReportLunsData.GetLength(3), Is.EqualTo(32));
        Assert.That(() => ReportLunsData.GetLength(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ReportLunsData.GetLength(int.MaxValue), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(ReportLunsData.GetLength(ReportLunsData.MaxCount), Is.Positive);
    }

    // SBC-5, READ CAPACITY(10) parameter data.
    [TestCase(0x0ul, "00 00 00 00 00 00 02 00")]
    [TestCase(0xFFFF_FFFEul, "FF FF FF FE 00 00 02 00")]
    [TestCase(0xFFFF_FFFFul, "FF FF FF FF 00 00 02 00")]
    [TestCase(0x1_0000_0000ul, "FF FF FF FF 00 00 02 00")]
    [TestCase(ulong.MaxValue, "FF FF FF FF 00 00 02 00")]
    public void Read_capacity_10_says_when_it_cannot_say(ulong lastLba, string expected)
    {
        var data = Build(to => ReadCapacity10Data.Write(to, lastLba, 512));
        Assert.That(data, Is.EqualTo(Hex(expected)));
        Assert.That(LeastLength(data, source => ReadCapacity10Data.TryParse(source, out _, out _)), Is.EqualTo(8));
        Assert.That(ReadCapacity10Data.TryParse(data, out var read, out var blockLength));
        Assert.That(read, Is.EqualTo(Math.Min(lastLba, 0xFFFF_FFFF)));
        Assert.That(blockLength, Is.EqualTo(512));
        RefusesShortBuffers(to => ReadCapacity10Data.Write(to, lastLba, 512));
    }

    // SBC-5, READ CAPACITY(16) parameter data.
    [Test]
    public void Read_capacity_16_is_written_byte_for_byte_as_the_standard_lays_it_out()
    {
        var capacity = new ReadCapacity16Data
        {
            LastLba = 0x0102030405060708,
            BlockLength = 4096,
            CapacityBasis = 1,
            ProtectionType = 3,
            ProtectionIntervalExponent = 2,
            PhysicalBlockExponent = 3,
            ProvisioningManagement = true,
            UnmappedReadsZeros = true,
            LowestAlignedLba = 0x3FFE,
        };
        Assert.That(Build(capacity.WriteTo),
            Is.EqualTo((byte[])[.. Hex("01 02 03 04 05 06 07 08 00 00 10 00 15 23 FF FE"), .. new byte[16]]));
        var plain = new ReadCapacity16Data { LastLba = 7, BlockLength = 512 };
        Assert.That(Build(plain.WriteTo), Is.EqualTo((byte[])[.. Hex("00 00 00 00 00 00 00 07 00 00 02 00"), .. new byte[20]]));
        Assert.That(Build(new ReadCapacity16Data { ProtectionType = 1 }.WriteTo)[12], Is.EqualTo(0x01));
        RefusesShortBuffers(plain.WriteTo);
    }

    [Test]
    public void Read_capacity_16_comes_back_as_it_was_and_twelve_bytes_are_enough() => ForAll(Capacities, capacity =>
    {
        var data = Build(capacity.WriteTo);
        return ReadCapacity16Data.TryParse(data, out var read) && read == capacity
            && LeastLength(data, source => ReadCapacity16Data.TryParse(source, out _)) == 12
            && ReadCapacity16Data.TryParse(data.AsSpan(0, 12), out read)
            && read == new ReadCapacity16Data { LastLba = capacity.LastLba, BlockLength = capacity.BlockLength };
    });

    // SPC-6, REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS basic and extended parameter data.
    [Test]
    public void Task_management_functions_are_written_byte_for_byte_as_the_standard_lays_them_out()
    {
        var data = new SupportedTaskManagementFunctionsData(
            SupportedTaskManagementFunctions.AbortTask | SupportedTaskManagementFunctions.AbortTaskSet
            | SupportedTaskManagementFunctions.ClearTaskSet | SupportedTaskManagementFunctions.LogicalUnitReset
            | SupportedTaskManagementFunctions.QueryTaskSet | SupportedTaskManagementFunctions.ITNexusReset)
        {
            TimeoutsValid = true,
            ShortTimeoutFunctions = SupportedTaskManagementFunctions.AbortTask | SupportedTaskManagementFunctions.QueryTaskSet,
            LongTimeout = 600,
            ShortTimeout = 50,
        };
        Assert.That(Build(to => data.WriteTo(to, false)), Is.EqualTo(Hex("D8 03 00 00")));
        Assert.That(Build(to => data.WriteTo(to, true)), Is.EqualTo(Hex("D8 03 00 0C 01 00 80 02 00 00 02 58 00 00 00 32")));
        var others = new SupportedTaskManagementFunctionsData(
            SupportedTaskManagementFunctions.ClearAca | SupportedTaskManagementFunctions.QueryTask
            | SupportedTaskManagementFunctions.TargetReset | SupportedTaskManagementFunctions.Wakeup
            | SupportedTaskManagementFunctions.QueryAsynchronousEvent);
        Assert.That(Build(to => others.WriteTo(to, false)), Is.EqualTo(Hex("27 04 00 00")));
        RefusesShortBuffers(to => data.WriteTo(to, false));
        RefusesShortBuffers(to => data.WriteTo(to, true));
    }

    [Test]
    public void Task_management_functions_come_back_as_they_were() => ForAll(TaskManagement, sample =>
    {
        var basic = Build(to => sample.WriteTo(to, false));
        var extended = Build(to => sample.WriteTo(to, true));
        var functions = new SupportedTaskManagementFunctionsData(sample.Functions);
        Assert.That(LeastLength(extended, source => SupportedTaskManagementFunctionsData.TryParse(source, out _)), Is.EqualTo(4));
        for (var length = 4; length < 16; length++)
        {
            Assert.That(SupportedTaskManagementFunctionsData.TryParse(extended.AsSpan(0, length), out var cut));
            Assert.That(cut, Is.EqualTo(functions));
        }
        return SupportedTaskManagementFunctionsData.TryParse(basic, out var read) && read == functions
            && SupportedTaskManagementFunctionsData.TryParse(extended, out read) && read == sample;
    });

    [Test]
    public void Random_bytes_never_throw()
    {
        NeverThrows(source => ReportLunsData.TryParse(source, out _), Hex("00 00 00"), Hex("FF FF FF FF"), Hex("7F FF FF FF"));
        NeverThrows(source => ReadCapacity10Data.TryParse(source, out _, out _));
        NeverThrows(source => ReadCapacity16Data.TryParse(source, out _));
        NeverThrows(source => SupportedTaskManagementFunctionsData.TryParse(source, out _), Hex("00 00 00 0C"), Hex("00 00 00 FF"));
    }
}
