using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>WRITE SAME (SBC-5) of 10, 16 and 32 bytes.</summary>
[TestFixture]
internal sealed class WriteSameTests
{
    private const int Block = 512;

    private static readonly DiskOptions _thin = new() { Thin = true };
    private static readonly byte[] _data = [.. Enumerable.Range(1, Block).Select(i => (byte)i)];

    [Test]
    public async Task Each_block_of_the_range_gets_the_data_and_no_other([Values(10, 16, 32)] int length, [Values] bool isThin)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20), new DiskOptions { Thin = isThin });
        await disk.GoodAsync(Cdb.WriteSame(length, 5, 1500), dataOut: _data);
        Assert.That(await disk.ReadAsync(4, 1), Is.All.Zero);
        byte[] written = await disk.ReadAsync(5, 1500);
        for (int i = 0; i < written.Length; i += Block)
            Assert.That(written.AsSpan(i, Block).SequenceEqual(_data), Is.True, $"block {i / Block}");
        Assert.That(await disk.ReadAsync(1505, 1), Is.All.Zero);
    }

    [Test]
    public async Task Without_a_data_out_buffer_zeros_are_written([Values(16, 32)] int length, [Values] bool unmaps)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20), _thin);
        await disk.GoodAsync(Cdb.WriteSame(16, 0, 100), dataOut: _data);
        await disk.GoodAsync(Cdb.WriteSame(length, 10, 50, (byte)(Cdb.NoDataOut | (unmaps ? Cdb.UnmapBit : 0))));
        Assert.That(await disk.ReadAsync(10, 50), Is.All.Zero);
        Assert.That(await disk.ReadAsync(9, 1), Is.EqualTo(_data));
        Assert.That(await disk.ReadAsync(60, 1), Is.EqualTo(_data));
    }

    [Test]
    public async Task With_the_unmap_bit_zeros_give_room_back_and_other_data_is_written([Values(10, 16, 32)] int length)
    {
        var store = new ScriptedStore(1 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store, _thin);
        await disk.GoodAsync(Cdb.WriteSame(length, 2, 3, Cdb.UnmapBit), dataOut: new byte[Block]);
        await disk.GoodAsync(Cdb.WriteSame(length, 2, 3), dataOut: new byte[Block]);
        byte[] almost = new byte[Block];
        almost[^1] = 1;
        await disk.GoodAsync(Cdb.WriteSame(length, 2, 3, Cdb.UnmapBit), dataOut: almost);
        Assert.That(store.Calls, Is.EqualTo(new StoreCall[]
        {
            new(StoreCallKind.Unmap, 2 * Block, 3 * Block),
            new(StoreCallKind.Write, 2 * Block, 3 * Block),
            new(StoreCallKind.Write, 2 * Block, 3 * Block),
        }));
        Assert.That(await disk.ReadAsync(4, 1), Is.EqualTo(almost));
    }

    // SBC-5: WSNZ one, MAXIMUM WRITE SAME LENGTH 65535, the number of blocks at the end of each CDB.
    [TestCase(10, 7)]
    [TestCase(16, 10)]
    [TestCase(32, 28)]
    public async Task A_number_of_blocks_that_is_zero_or_too_large_is_refused(int length, int offset)
    {
        var store = new CountingStore(8L << 30);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        uint[] numbers = length == 10 ? [0] : [0, 65536, 16 << 20];
        foreach (uint blocks in numbers)
        {
            Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Cdb.WriteSame(length, 0, blocks), dataOut: _data);
            Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, (ushort)offset, null)));
        }
        Assert.That(store.BytesWritten, Is.Zero);
        await disk.GoodAsync(Cdb.WriteSame(length, 0, 65535), dataOut: _data);
    }

    [TestCase(10, 100ul, 1u)]
    [TestCase(10, 99ul, 2u)]
    [TestCase(10, 100ul, 0u)]
    [TestCase(16, 0ul, 101u)]
    [TestCase(16, 1ul << 55, 1u)]
    [TestCase(16, ulong.MaxValue, 1u)]
    [TestCase(16, ulong.MaxValue, 0u)]
    [TestCase(32, 99ul, 2u)]
    [TestCase(32, ulong.MaxValue, uint.MaxValue)]
    public async Task Beyond_the_last_block_nothing_is_written(int length, ulong lba, uint blocks)
    {
        var store = new ScriptedStore(100 * Block);
        await using TestDisk disk = await TestDisk.CreateAsync(store, _thin);
        foreach (byte options in new byte[] { 0, Cdb.UnmapBit })
            await disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, Cdb.WriteSame(length, lba, blocks, options), dataOut: new byte[Block]);
        Assert.That(store.Calls, Is.Empty);
    }

    // SBC-5, ANCHOR and UNMAP bits; the obsolete LBDATA and PBDATA; WRPROTECT without protection information.
    [TestCase(true, Cdb.Anchor, 4)]
    [TestCase(true, (byte)(Cdb.Anchor | Cdb.UnmapBit), 4)]
    [TestCase(false, Cdb.UnmapBit, 3)]
    [TestCase(true, (byte)0x04, 2)]
    [TestCase(true, (byte)0x02, 1)]
    [TestCase(true, (byte)0x20, 5)]
    public async Task A_bit_that_is_not_supported_is_refused(bool isThin, byte options, int bit)
    {
        var store = new ScriptedStore(1 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store, new DiskOptions { Thin = isThin });
        foreach (int length in new[] { 10, 16, 32 })
        {
            Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Cdb.WriteSame(length, 0, 1, options), dataOut: new byte[Block]);
            Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, (ushort)(length == 32 ? 10 : 1), (byte)bit)));
        }
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Cdb.WriteSame(10, 0, 1, Cdb.NoDataOut), dataOut: new byte[Block]);
        Assert.That(store.Calls, Is.Empty);
    }

    [Test]
    public async Task An_initiator_that_sends_anything_but_one_block_is_refused([Values(0, 256, 511, 513, 1024)] int sent, [Values] bool unmaps)
    {
        var store = new ScriptedStore(1 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store, _thin);
        byte options = unmaps ? Cdb.UnmapBit : (byte)0;
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x0E, 0x03, Cdb.WriteSame(16, 0, 1, options), dataOut: new byte[sent]);
        Assert.That(store.Calls, Is.Empty);
    }

    [Test]
    public async Task A_long_range_is_written_in_pieces_and_not_in_the_submitters_context()
    {
        const uint blocks = 65535;
        var store = new CountingStore(1L << 30);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        store.Submitter = Environment.CurrentManagedThreadId;
        ValueTask<LoopbackResult> running = disk.ExecuteAsync(Cdb.WriteSame(16, 7, blocks), _data);
        store.Submitter = 0;
        Assert.That((await running).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(store.BytesWritten, Is.EqualTo((long)blocks * Block));
        Assert.That(store.LargestWrite, Is.LessThanOrEqualTo(256 << 10));
        Assert.That(store.BytesWrittenBySubmitter, Is.LessThanOrEqualTo(4 << 20));
    }
}
