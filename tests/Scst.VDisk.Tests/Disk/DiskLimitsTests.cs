using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>What a store says of its medium, as SBC-5 has it in blocks of the disk.</summary>
[TestFixture]
internal sealed class DiskLimitsTests
{
    // Physical block, first physical block, block length of the disk; exponent and lowest aligned LBA that follow.
    [TestCase(4096, 0, 512, 3, 0)]
    [TestCase(4096, 3584, 512, 3, 7)]
    [TestCase(65536, 3584, 512, 7, 7)]
    [TestCase(65536, 8192, 4096, 4, 2)]
    [TestCase(65536, 3584, 4096, 0, 0, TestName = "Where no block begins with a physical one there is none to align to")]
    [TestCase(4096, 0, 4096, 0, 0)]
    [TestCase(512, 0, 4096, 0, 0)]
    [TestCase(0, 0, 512, 0, 0)]
    [TestCase(1 << 24, 16383 * 512, 512, 15, 16383)]
    [TestCase(1 << 24, 16384 * 512, 512, 0, 0, TestName = "What is beyond LOWEST ALIGNED LOGICAL BLOCK ADDRESS is not told")]
    public async Task Physical_blocks_are_told_in_blocks(int physical, int first, int blockLength, int exponent, int lowest)
    {
        var store = new LimitedStore(1 << 20) { PhysicalBlockSize = physical, AlignmentOffset = first };
        await using TestDisk disk = await TestDisk.CreateAsync(store, new DiskOptions { BlockLength = blockLength });
        byte[] data = new byte[32];
        await disk.GoodAsync(Cdb.ReadCapacity16(32), dataIn: data);
        Assert.That(data[13], Is.EqualTo(exponent), "LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT");
        Assert.That((data[14] << 8) | data[15], Is.EqualTo(lowest), "LOWEST ALIGNED LOGICAL BLOCK ADDRESS");
        BlockLimits limits = await LimitsAsync(disk);
        Assert.That(limits.OptimalTransferLengthGranularity, Is.EqualTo(exponent == 0 ? 0 : 1 << exponent));
    }

    [TestCase(0, 512, 16384u)]
    [TestCase(1310720, 512, 2560u)]
    [TestCase(1310720, 4096, 320u)]
    [TestCase(33553920, 4096, 2048u, TestName = "The smaller of the medium's and the disk's limit is told")]
    [TestCase(33553920 / 8, 4096, 1023u, TestName = "Of a limit within a block the whole blocks are told")]
    [TestCase(512, 4096, 1u, TestName = "One block can always be moved")]
    public async Task The_longest_transfer_of_the_medium_is_that_of_the_disk(int most, int blockLength, uint blocks)
    {
        var store = new LimitedStore(64 << 20) { MaxTransferSize = most };
        await using TestDisk disk = await TestDisk.CreateAsync(store, new DiskOptions { BlockLength = blockLength });
        Assert.That((await LimitsAsync(disk)).MaximumTransferLength, Is.EqualTo(blocks));
        if (most == 0) return;
        await disk.GoodAsync(Cdb.Read(10, 0, blocks), dataIn: new byte[blocks * blockLength]);
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Cdb.Read(10, 0, blocks + 1), dataIn: new byte[(blocks + 1) * blockLength]);
    }

    [Test]
    public async Task The_best_transfer_and_the_rotation_rate_are_told()
    {
        var store = new LimitedStore(1 << 20) { OptimalTransferSize = 1 << 20, MaxTransferSize = 4 << 20, MediumRotationRate = 1 };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        Assert.That((await LimitsAsync(disk)).OptimalTransferLength, Is.EqualTo(2048));
        byte[] page = new byte[64];
        await disk.GoodAsync(Cdb.InquiryPage(0xB1), dataIn: page);
        Assert.That(page[4..6], Is.EqualTo(new byte[] { 0, 1 }));
    }

    [TestCase(512, 512, true)]
    [TestCase(512, 4096, true)]
    [TestCase(4096, 4096, true)]
    [TestCase(0, 512, true)]
    [TestCase(4096, 512, false)]
    [TestCase(4096, 2048, false)]
    [TestCase(8192, 4096, false)]
    public void A_disk_of_smaller_blocks_than_its_store_can_write_is_refused(int unit, int blockLength, bool isAccepted)
    {
        var store = new LimitedStore(1 << 20) { LogicalBlockSize = unit };
        Action make = () => _ = new DiskHandler(store, new DiskOptions { BlockLength = blockLength });
        if (isAccepted) Assert.That(make, Throws.Nothing);
        else Assert.That(make, Throws.ArgumentException.With.Message.Contain($"{unit}").And.Message.Contain($"{blockLength}"));
    }

    private static async Task<BlockLimits> LimitsAsync(TestDisk disk)
    {
        byte[] page = new byte[BlockLimits.Length];
        await disk.GoodAsync(Cdb.InquiryPage(0xB0), dataIn: page);
        return BlockLimits.TryParse(page, out BlockLimits? limits) ? limits : throw new InvalidOperationException("No page B0h.");
    }
}
