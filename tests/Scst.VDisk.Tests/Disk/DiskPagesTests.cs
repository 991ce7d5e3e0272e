using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>What a disk says of itself, byte by byte as SBC-5 draws it.</summary>
[TestFixture]
internal sealed class DiskPagesTests
{
    private const ulong Blocks = 0x1_2345_6789;

    [Test]
    public async Task Capacity_is_the_last_block_and_the_block_length([Values(512, 1024, 2048, 4096)] int blockLength)
    {
        var store = new RamStore(1000L * blockLength);
        await using TestDisk disk = await TestDisk.CreateAsync(store, new DiskOptions { BlockLength = blockLength });
        byte[] length = [0, 0, (byte)(blockLength >> 8), 0];
        byte[] ten = new byte[8];
        await disk.GoodAsync(Cdb.ReadCapacity10, dataIn: ten);
        Assert.That(ten, Is.EqualTo(new byte[] { 0, 0, 0x03, 0xE7 }.Concat(length)));
        byte[] sixteen = new byte[32];
        await disk.GoodAsync(Cdb.ReadCapacity16(32), dataIn: sixteen);
        Assert.That(sixteen, Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0x03, 0xE7 }.Concat(length).Concat(new byte[20])));
    }

    [Test]
    public async Task Capacity_data_is_cut_to_the_allocation_length()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore((long)Blocks * 512));
        byte[] all = new byte[32];
        LoopbackResult result = await disk.ExecuteAsync(Cdb.ReadCapacity16(uint.MaxValue), dataIn: all);
        Assert.That((result.Status, result.DataInLength), Is.EqualTo((ScsiStatus.Good, 32)));
        Assert.That(all[..8], Is.EqualTo(new byte[] { 0, 0, 0, 1, 0x23, 0x45, 0x67, 0x88 }));
        for (uint length = 0; length < 32; length++)
        {
            byte[] part = new byte[length];
            await disk.GoodAsync(Cdb.ReadCapacity16(length), dataIn: part);
            Assert.That(part, Is.EqualTo(all[..(int)length]));
        }
    }

    [Test]
    public async Task An_obsolete_address_or_pmi_in_read_capacity_is_refused()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20));
        byte[] cdb = Cdb.ReadCapacity10;
        cdb[5] = 1;
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, cdb);
        cdb = Cdb.ReadCapacity10;
        cdb[8] = 1;
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, cdb);
    }

    [Test]
    public async Task The_physical_block_of_a_file_is_a_page()
    {
        using var directory = new TemporaryDirectory();
        FileStore store = FileStore.Open(directory["disk"], new FileStoreOptions { Size = 1 << 20 });
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        byte[] data = new byte[32];
        await disk.GoodAsync(Cdb.ReadCapacity16(32), dataIn: data);
        Assert.That(data[13], Is.EqualTo(3), "2^3 blocks of 512 bytes");
        byte[] limits = new byte[64];
        await disk.GoodAsync(Cdb.InquiryPage(0xB0), dataIn: limits);
        Assert.That(limits[6..8], Is.EqualTo(new byte[] { 0, 8 }), "OPTIMAL TRANSFER LENGTH GRANULARITY");
    }

    [Test]
    public async Task The_block_limits_page_counts_in_blocks([Values(512, 4096)] int blockLength)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20), new DiskOptions { BlockLength = blockLength });
        byte[] expected = new byte[64];
        byte[] header = [0x00, 0xB0, 0x00, 0x3C];
        header.CopyTo(expected, 0);
        expected[5] = 255;
        // MAXIMUM ATOMIC TRANSFER LENGTH: 1 MiB, of memory.
        expected[46] = (byte)((1 << 20) / blockLength >> 8);
        int blocks = (8 << 20) / blockLength;
        // MAXIMUM TRANSFER LENGTH at 8 to 11 and MAXIMUM PREFETCH LENGTH at 16 to 19.
        foreach (int field in new[] { 8, 16 })
        {
            expected[field + 1] = (byte)(blocks >> 16);
            expected[field + 2] = (byte)(blocks >> 8);
        }
        // WSNZ, and MAXIMUM WRITE SAME LENGTH at 36 to 43: 65535.
        expected[4] = 0x01;
        expected[42] = expected[43] = 0xFF;
        byte[] page = new byte[64];
        await disk.GoodAsync(Cdb.InquiryPage(0xB0), dataIn: page);
        Assert.That(page, Is.EqualTo(expected));
    }

    [Test]
    public async Task The_other_pages_say_solid_state_and_fully_provisioned()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20));
        byte[] characteristics = new byte[64];
        await disk.GoodAsync(Cdb.InquiryPage(0xB1), dataIn: characteristics);
        Assert.That(characteristics[..9], Is.EqualTo(new byte[] { 0x00, 0xB1, 0x00, 0x3C, 0x00, 0x01, 0x00, 0x00, 0x03 }), "FUAB, VBULS");
        Assert.That(characteristics[9..], Is.All.Zero);
        byte[] provisioning = new byte[8];
        await disk.GoodAsync(Cdb.InquiryPage(0xB2), dataIn: provisioning);
        Assert.That(provisioning, Is.EqualTo(new byte[] { 0x00, 0xB2, 0x00, 0x04, 0, 0, 0, 0 }));
        byte[] supported = new byte[11];
        await disk.GoodAsync(Cdb.InquiryPage(0x00), dataIn: supported);
        Assert.That(supported, Is.EqualTo(new byte[] { 0x00, 0x00, 0x00, 0x07, 0x00, 0x80, 0x83, 0x86, 0xB0, 0xB1, 0xB2 }));
    }

    [Test]
    public async Task The_mode_pages_are_there_in_order_with_dpofua()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20));
        byte[] data = new byte[255];
        LoopbackResult result = await disk.ExecuteAsync(Cdb.ModeSense10(0x3F), dataIn: data);
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(data[3], Is.EqualTo(0x10), "DPOFUA, not WP");
        byte[] pages = data[8..result.DataInLength];
        Assert.That(pages[..12], Is.EqualTo(new byte[] { 0x01, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.That(pages[12..14], Is.EqualTo(new byte[] { 0x08, 0x12 }));
        Assert.That(pages[32..34], Is.EqualTo(new byte[] { 0x0A, 0x0A }));
        Assert.That(pages[44..], Is.EqualTo(new byte[] { 0x1C, 0x0A, 0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0 }), "DEXCPT");
    }

    [Test]
    public async Task A_read_only_disk_says_so_and_is_not_written([Values] bool byStore)
    {
        using var directory = new TemporaryDirectory();
        IBlockStore store = new ScriptedStore(1 << 20);
        if (byStore)
        {
            await using (FileStore file = FileStore.Open(directory["disk"], new FileStoreOptions { Size = 1 << 20 }))
                Assert.That(await file.FlushAsync(), Is.EqualTo(StoreStatus.Ok));
            store = FileStore.Open(directory["disk"], new FileStoreOptions { ReadOnly = true });
        }
        await using TestDisk disk = await TestDisk.CreateAsync(store, new DiskOptions { ReadOnly = !byStore });
        byte[] header = new byte[8];
        await disk.ExecuteAsync(Cdb.ModeSense10(0x3F), dataIn: header);
        Assert.That(header[3], Is.EqualTo(0x90), "WP and DPOFUA");
        foreach (int length in new[] { 6, 10, 12, 16 })
        {
            await disk.FailsAsync(SenseKey.DataProtect, 0x27, 0x00, Cdb.Write(length, 0, 1), dataOut: new byte[512]);
            if (length > 6)
                await disk.FailsAsync(SenseKey.DataProtect, 0x27, 0x00, Cdb.WriteAndVerify(length, 0, 1), dataOut: new byte[512]);
        }
        Assert.That(await disk.ReadAsync(0, 1), Is.All.Zero);
        await disk.GoodAsync(Cdb.Verify(10, 0, 1, 1), dataOut: new byte[512]);
        await disk.GoodAsync(Cdb.SynchronizeCache(10));
    }

    [Test]
    public void Options_out_of_range_are_refused()
    {
        var store = new RamStore(3 * 512);
        foreach (int length in new[] { 0, 256, 511, 513, 1536, 8192, -512, int.MinValue })
            Assert.That(() => Make(new DiskOptions { BlockLength = length }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        foreach (int length in new[] { 0, -1, (64 << 10) - 1, (1 << 30) + 1 })
            Assert.That(() => Make(new DiskOptions { MaxTransferBytes = length }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Make(new DiskOptions { BlockLength = 1024 }), Throws.ArgumentException);
        Assert.That(() => new DiskHandler(null!), Throws.ArgumentNullException);
        Assert.That(Make(new DiskOptions()).BlockCount, Is.EqualTo(3));
        DiskHandler Make(DiskOptions options) => new(store, options);
    }

    [Test]
    public async Task A_disk_serves_one_logical_unit()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20));
        Assert.That(() => disk.Handler.Attach(disk.LogicalUnit), Throws.InvalidOperationException);
    }
}
