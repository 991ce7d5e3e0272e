using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>UNMAP (SBC-5): what is unmapped, and what is refused before anything is.</summary>
[TestFixture]
internal sealed class UnmapTests
{
    private const int Block = 512;
    private const int Header = 8;

    private static readonly DiskOptions _thin = new() { Thin = true };

    [Test]
    public async Task Each_range_is_unmapped_and_reads_as_zeros()
    {
        var store = new ScriptedStore(100 * Block);
        store.Bytes.AsSpan().Fill(0x5A);
        await using TestDisk disk = await TestDisk.CreateAsync(store, _thin);
        byte[] list = Cdb.UnmapList((10, 5), (0, 0), (98, 2), (12, 10));
        await disk.GoodAsync(Cdb.Unmap(list.Length), dataOut: list);
        Assert.That(store.Calls, Is.EqualTo(new StoreCall[]
        {
            new(StoreCallKind.Unmap, 10 * Block, 5 * Block),
            new(StoreCallKind.Unmap, 98 * Block, 2 * Block),
            new(StoreCallKind.Unmap, 12 * Block, 10 * Block),
        }));
        for (uint lba = 0; lba < 100; lba++)
        {
            bool isUnmapped = lba is (>= 10 and < 22) or >= 98;
            Assert.That(await disk.ReadAsync(lba, 1), Is.All.EqualTo(isUnmapped ? (byte)0 : (byte)0x5A), $"block {lba}");
        }
    }

    [Test]
    public async Task Nothing_to_unmap_is_no_error()
    {
        var store = new ScriptedStore(100 * Block);
        await using TestDisk disk = await TestDisk.CreateAsync(store, _thin);
        await disk.GoodAsync(Cdb.Unmap(0));
        await disk.GoodAsync(Cdb.Unmap(Header), dataOut: new byte[Header]);
        byte[] list = Cdb.UnmapList((0, 0), (100, 0), (ulong.MaxValue, 0));
        await disk.GoodAsync(Cdb.Unmap(list.Length), dataOut: list);
        Assert.That(store.Calls, Is.Empty);
    }

    [Test]
    public async Task A_list_without_a_whole_header_has_the_wrong_length([Range(1, 7)] int length)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new ScriptedStore(100 * Block), _thin);
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x1A, 0x00, Cdb.Unmap(length), dataOut: new byte[length]);
    }

    // Bytes that the CDB asks for, UNMAP DATA LENGTH, UNMAP BLOCK DESCRIPTOR DATA LENGTH; ranges that count.
    [TestCase(40, 38, 32, 2)]
    [TestCase(40, 38, 31, 1, Description = "the last descriptor is incomplete")]
    [TestCase(40, 38, 15, 0)]
    [TestCase(40, 38, 0, 0)]
    [TestCase(40, 38, 0xFFFF, 2)]
    [TestCase(40, 22, 32, 1, Description = "only one is available")]
    [TestCase(40, 21, 32, 0)]
    [TestCase(40, 0, 32, 0)]
    [TestCase(39, 38, 32, 1, Description = "the parameter list length cuts off the last one")]
    [TestCase(24, 38, 32, 1)]
    [TestCase(23, 38, 32, 0)]
    [TestCase(8, 38, 32, 0)]
    public async Task A_descriptor_that_a_length_cuts_off_is_ignored(int listLength, int dataLength, int descriptorLength, int expected)
    {
        var store = new ScriptedStore(100 * Block);
        await using TestDisk disk = await TestDisk.CreateAsync(store, _thin);
        byte[] list = Cdb.UnmapList((1, 1), (2, 1));
        list[0] = (byte)(dataLength >> 8);
        list[1] = (byte)dataLength;
        list[2] = (byte)(descriptorLength >> 8);
        list[3] = (byte)descriptorLength;
        await disk.GoodAsync(Cdb.Unmap(listLength), dataOut: list[..listLength]);
        Assert.That(store.Calls.Select(call => call.Offset), Is.EqualTo(Enumerable.Range(1, expected).Select(lba => (long)lba * Block)));
    }

    [TestCase(100ul, 1u, 100ul)]
    [TestCase(99ul, 2u, 100ul)]
    [TestCase(0ul, uint.MaxValue, 100ul)]
    [TestCase(101ul, 1u, 101ul)]
    [TestCase(1ul << 55, 1u, 1ul << 55)]
    [TestCase(ulong.MaxValue, 1u, ulong.MaxValue)]
    [TestCase(ulong.MaxValue, uint.MaxValue, ulong.MaxValue)]
    public async Task A_range_beyond_the_last_block_refuses_the_whole_list(ulong lba, uint blocks, ulong invalid)
    {
        var store = new ScriptedStore(100 * Block);
        await using TestDisk disk = await TestDisk.CreateAsync(store, _thin);
        byte[] list = Cdb.UnmapList((0, 1), (lba, blocks));
        Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, Cdb.Unmap(list.Length), dataOut: list);
        Assert.That(sense.Information, invalid <= uint.MaxValue ? Is.EqualTo(invalid) : Is.Null);
        Assert.That(store.Calls, Is.Empty);
    }

    [Test]
    public async Task More_descriptors_than_the_limit_are_refused()
    {
        var store = new ScriptedStore(100 * Block);
        await using TestDisk disk = await TestDisk.CreateAsync(store, _thin);
        BlockLimits limits = await ProvisioningPagesTests.LimitsAsync(disk);
        int most = (int)limits.MaximumUnmapBlockDescriptorCount;
        byte[] list = Cdb.UnmapList([.. Enumerable.Repeat((1ul, 1u), most + 1)]);
        Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x26, 0x00, Cdb.Unmap(list.Length), dataOut: list);
        Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(false, 2, null)));
        Assert.That(store.Calls, Is.Empty);
        list = Cdb.UnmapList([.. Enumerable.Repeat((1ul, 1u), most)]);
        await disk.GoodAsync(Cdb.Unmap(list.Length), dataOut: list);
        Assert.That(store.Calls, Has.Length.EqualTo(most));
    }

    [Test]
    public async Task More_blocks_than_the_limit_are_refused_in_sum()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(16L << 30), _thin);
        BlockLimits limits = await ProvisioningPagesTests.LimitsAsync(disk);
        uint most = limits.MaximumUnmapLbaCount;
        byte[] list = Cdb.UnmapList((0, most));
        await disk.GoodAsync(Cdb.Unmap(list.Length), dataOut: list);
        list = Cdb.UnmapList((0, most - 1), (0, 1));
        await disk.GoodAsync(Cdb.Unmap(list.Length), dataOut: list);
        list = Cdb.UnmapList((0, most - 1), (7, 0), (0, 2));
        Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x26, 0x00, Cdb.Unmap(list.Length), dataOut: list);
        Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(false, 8 + 2 * 16 + 8, null)));
    }

    [Test]
    public async Task Anchored_blocks_are_not_supported()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new ScriptedStore(100 * Block), _thin);
        byte[] list = Cdb.UnmapList((0, 1));
        Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Cdb.Unmap(list.Length, anchor: true), dataOut: list);
        Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, 1, 0)));
    }

    [Test]
    public async Task An_initiator_that_sends_less_than_it_says_is_refused()
    {
        var store = new ScriptedStore(100 * Block);
        await using TestDisk disk = await TestDisk.CreateAsync(store, _thin);
        byte[] list = Cdb.UnmapList((0, 1), (2, 1));
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x0E, 0x03, Cdb.Unmap(list.Length), dataOut: list[..24]);
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x0E, 0x03, Cdb.Unmap(list.Length));
        Assert.That(store.Calls, Is.Empty);
    }

    [Test]
    public async Task A_thick_disk_does_not_know_the_commands()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new ScriptedStore(100 * Block));
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x20, 0x00, Cdb.Unmap(0));
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Cdb.GetLbaStatus(16, 0, 24), dataIn: new byte[24]);
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Cdb.GetLbaStatus(32, 0, 24), dataIn: new byte[24]);
    }
}
