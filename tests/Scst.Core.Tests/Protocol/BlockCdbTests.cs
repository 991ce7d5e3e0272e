using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

public class BlockCdbTests
{
    // Operation code, CDB length, LOGICAL BLOCK ADDRESS and TRANSFER LENGTH as (offset, width): SBC-5.
    private static readonly (OperationCode Code, int Length, CdbField Lba, CdbField Blocks)[] _layouts =
    [
        (OperationCode.Read10, 10, new(2, 4), new(7, 2)),
        (OperationCode.Write10, 10, new(2, 4), new(7, 2)),
        (OperationCode.WriteAndVerify10, 10, new(2, 4), new(7, 2)),
        (OperationCode.Verify10, 10, new(2, 4), new(7, 2)),
        (OperationCode.PreFetch10, 10, new(2, 4), new(7, 2)),
        (OperationCode.SynchronizeCache10, 10, new(2, 4), new(7, 2)),
        (OperationCode.Read12, 12, new(2, 4), new(6, 4)),
        (OperationCode.Write12, 12, new(2, 4), new(6, 4)),
        (OperationCode.WriteAndVerify12, 12, new(2, 4), new(6, 4)),
        (OperationCode.Verify12, 12, new(2, 4), new(6, 4)),
        (OperationCode.Read16, 16, new(2, 8), new(10, 4)),
        (OperationCode.Write16, 16, new(2, 8), new(10, 4)),
        (OperationCode.OrWrite16, 16, new(2, 8), new(10, 4)),
        (OperationCode.WriteAndVerify16, 16, new(2, 8), new(10, 4)),
        (OperationCode.Verify16, 16, new(2, 8), new(10, 4)),
        (OperationCode.PreFetch16, 16, new(2, 8), new(10, 4)),
        (OperationCode.SynchronizeCache16, 16, new(2, 8), new(10, 4)),
    ];

    [Test]
    public void Address_and_length_are_read_from_where_each_command_has_them() => ForAll(
        from layout in Gen.Elements(_layouts)
        from noise in Bytes(16)
        from padded in Bool
        select (Layout: layout, Cdb: (byte[])[(byte)layout.Code, .. noise.Skip(1).Take((padded ? 16 : layout.Length) - 1)]),
        sample =>
        {
            var cdb = new BlockCdb(sample.Cdb);
            return cdb.Lba == sample.Layout.Lba.Read(sample.Cdb)
                && cdb.Blocks == sample.Layout.Blocks.Read(sample.Cdb)
                && cdb.ProtectionField == sample.Cdb[1] / 32
                && cdb.Dpo == (sample.Cdb[1] / 16 % 2 == 1)
                && cdb.Fua == (sample.Cdb[1] / 8 % 2 == 1)
                && cdb.RebuildAssist == (sample.Cdb[1] / 4 % 2 == 1)
                && cdb.ByteCheck == sample.Cdb[1] / 2 % 4
                && cdb.Immediate == (sample.Cdb[1] / 2 % 2 == 1);
        });

    [Test]
    public void The_six_byte_commands_have_21_bits_of_address_no_options_and_256_blocks_for_zero() => ForAll(
        from code in Gen.Elements(OperationCode.Read6, OperationCode.Write6)
        from noise in Bytes(16)
        from zero in Bool
        select (byte[])[(byte)code, .. noise.Skip(1).Take(3), zero ? (byte)0 : noise[4], .. noise.Skip(5)],
        bytes =>
        {
            var cdb = new BlockCdb(bytes);
            return cdb.Lba == (ulong)((bytes[1] % 32 * 256 + bytes[2]) * 256 + bytes[3])
                && cdb.Blocks == (bytes[4] == 0 ? 256 : bytes[4])
                && cdb is { ProtectionField: 0, Dpo: false, Fua: false, RebuildAssist: false, ByteCheck: 0, Immediate: false };
        });

    [Test]
    public void Every_length_of_the_six_byte_commands_is_right()
    {
        for (var length = 0; length < 256; length++)
            Assert.That(new BlockCdb([0x08, 0, 0, 0, (byte)length, 0]).Blocks, Is.EqualTo(length == 0 ? 256 : length));
    }

    [Test]
    public void A_length_of_zero_is_zero_in_all_others()
    {
        foreach (var layout in _layouts)
        {
            var cdb = new byte[layout.Length];
            cdb[0] = (byte)layout.Code;
            Assert.That(new BlockCdb(cdb).Blocks, Is.Zero);
        }
    }

    [Test]
    public void Compare_and_write_has_its_length_in_byte_13()
    {
        var bytes = Hex("89 18 00 00 00 01 00 00 00 02 00 00 00 FF 00 00");
        var cdb = new BlockCdb(bytes);
        Assert.That(cdb.Lba, Is.EqualTo(0x1_0000_0002));
        Assert.That(cdb.Blocks, Is.EqualTo(255));
        Assert.That(cdb.Dpo && cdb.Fua);
    }

    [Test]
    public void A_cdb_of_a_group_without_blocks_is_a_misuse()
    {
        foreach (var code in new byte[] { 0x7F, 0x60, 0xC0, 0xFF })
        {
            var cdb = new byte[32];
            cdb[0] = code;
            Assert.That(() => new BlockCdb(cdb), Throws.ArgumentException);
        }
    }

    [Test]
    public void A_cdb_that_ends_before_its_fields_is_a_misuse_and_a_longer_one_is_not()
    {
        IEnumerable<(byte Code, int Least)> least =
        [
            ((byte)OperationCode.Read6, 5),
            .. _layouts.Select(layout => ((byte)layout.Code, layout.Blocks.Offset + layout.Blocks.Width)),
        ];
        foreach (var (code, enough) in least)
        {
            for (var length = 1; length <= 16; length++)
            {
                var cdb = new byte[length];
                cdb[0] = code;
                Assert.That(
                    () => new BlockCdb(cdb),
                    length < enough ? Throws.InstanceOf<SystemException>() : Throws.Nothing,
                    $"{code:X2}h, {length} bytes");
            }
        }
    }

    [Test]
    public void The_capacity_commands_share_their_view()
    {
        var ten = new ReadCapacityCdb(Hex("25 00 01 02 03 04 00 00 01 00"));
        Assert.That(ten.IsSixteenByte, Is.False);
        Assert.That(ten.Lba, Is.EqualTo(0x01020304));
        Assert.That(ten.Pmi);
        Assert.That(ten.AllocationLength, Is.EqualTo(8));

        var sixteen = new ReadCapacityCdb(Hex("9E 10 01 02 03 04 05 06 07 08 00 00 01 20 01 00"));
        Assert.That(sixteen.IsSixteenByte);
        Assert.That(sixteen.Lba, Is.EqualTo(0x0102030405060708));
        Assert.That(sixteen.Pmi);
        Assert.That(sixteen.AllocationLength, Is.EqualTo(0x120));
        Assert.That(new ReadCapacityCdb(Hex("9E 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00")).Pmi, Is.False);
    }

    [Test]
    public void Write_same_unmap_and_get_lba_status_have_views_of_their_own()
    {
        var same16 = new WriteSameCdb(Hex("93 79 01 02 03 04 05 06 07 08 11 22 33 44 00 00"));
        Assert.That(same16.IsSixteenByte);
        Assert.That(same16.ProtectionField, Is.EqualTo(3));
        Assert.That(same16.Anchor && same16.Unmap && same16.NoDataOutBuffer);
        Assert.That(same16.LogicalBlockData || same16.PhysicalBlockData, Is.False);
        Assert.That(same16.Lba, Is.EqualTo(0x0102030405060708));
        Assert.That(same16.Blocks, Is.EqualTo(0x11223344));

        var same10 = new WriteSameCdb(Hex("41 07 01 02 03 04 00 11 22 00"));
        Assert.That(same10.IsSixteenByte || same10.NoDataOutBuffer || same10.Anchor || same10.Unmap, Is.False);
        Assert.That(same10.LogicalBlockData && same10.PhysicalBlockData);
        Assert.That(same10.Lba, Is.EqualTo(0x01020304));
        Assert.That(same10.Blocks, Is.EqualTo(0x1122));

        var same32 = new WriteSameCdb(Hex(
            "7F 00 00 00 00 00 00 18 00 0D 79 00 01 02 03 04 05 06 07 08 AA AA AA AA BB BB CC CC 11 22 33 44"));
        Assert.That(same32.IsThirtyTwoByte && same32.Anchor && same32.Unmap && same32.NoDataOutBuffer);
        Assert.That(same32.IsSixteenByte || same10.IsThirtyTwoByte || same16.IsThirtyTwoByte, Is.False);
        Assert.That(same32.ProtectionField, Is.EqualTo(3));
        Assert.That(same32.Lba, Is.EqualTo(0x0102030405060708));
        Assert.That(same32.Blocks, Is.EqualTo(0x11223344));

        var unmap = new UnmapCdb(Hex("42 01 00 00 00 00 3F 12 34 00"));
        Assert.That(unmap.Anchor);
        Assert.That(unmap.GroupNumber, Is.EqualTo(0x3F));
        Assert.That(unmap.ParameterListLength, Is.EqualTo(0x1234));

        var status = new GetLbaStatusCdb(Hex("9E 12 01 02 03 04 05 06 07 08 11 22 33 44 05 00"));
        Assert.That(status.Lba, Is.EqualTo(0x0102030405060708));
        Assert.That(status.AllocationLength, Is.EqualTo(0x11223344));
        Assert.That(status.ReportType, Is.EqualTo(5));
        Assert.That(status.IsThirtyTwoByte, Is.False);
        Assert.That(status.ScanLength + status.ElementIdentifier, Is.Zero);

        var status32 = new GetLbaStatusCdb(Hex(
            "7F 00 00 00 00 00 00 18 00 12 05 00 01 02 03 04 05 06 07 08 55 66 77 88 99 AA BB CC 11 22 33 44"));
        Assert.That(status32.IsThirtyTwoByte);
        Assert.That(status32.ReportType, Is.EqualTo(5));
        Assert.That(status32.Lba, Is.EqualTo(0x0102030405060708));
        Assert.That(status32.ScanLength, Is.EqualTo(0x55667788));
        Assert.That(status32.ElementIdentifier, Is.EqualTo(0x99AABBCC));
        Assert.That(status32.AllocationLength, Is.EqualTo(0x11223344));
    }

    [Test]
    public void Start_stop_unit_is_taken_apart()
    {
        var start = new StartStopUnitCdb(Hex("1B 01 00 0A B7 00"));
        Assert.That(start.Immediate && start.NoFlush && start.LoadEject && start.Start);
        Assert.That(start.PowerConditionModifier, Is.EqualTo(0x0A));
        Assert.That(start.PowerCondition, Is.EqualTo(0x0B));

        var stop = new StartStopUnitCdb(Hex("1B 00 00 00 02 00"));
        Assert.That(stop.LoadEject);
        Assert.That(stop.Immediate || stop.NoFlush || stop.Start, Is.False);
        Assert.That(stop.PowerCondition, Is.Zero);
    }
}
