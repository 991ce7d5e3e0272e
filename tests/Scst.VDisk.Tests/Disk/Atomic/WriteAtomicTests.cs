using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>WRITE ATOMIC(16) (SBC-5): who offers it, with which limits, and that the store is asked for the whole of it at once.</summary>
[TestFixture]
internal sealed class WriteAtomicTests
{
    // Bytes 44 to 63 of the Block Limits page: five numbers of four bytes.
    private static async Task<uint[]> LimitsAsync(TestDisk disk)
    {
        byte[] page = new byte[64];
        await disk.GoodAsync(Cdb.InquiryPage(0xB0), dataIn: page);
        return [.. page[44..].Chunk(4).Select(field => (uint)(field[0] << 24 | field[1] << 16 | field[2] << 8 | field[3]))];
    }

    [Test]
    public async Task A_store_that_promises_nothing_has_no_such_command()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new ScriptedStore(1 << 20));
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x20, 0x00, AtomicCdb.WriteAtomic(0, 1), dataOut: new byte[512]);
        Assert.That(await LimitsAsync(disk), Is.All.Zero);
    }

    [Test]
    public async Task A_file_promises_nothing()
    {
        using var directory = new TemporaryDirectory();
        await using TestDisk disk = await TestDisk.CreateAsync(FileStore.Open(directory["disk"], new FileStoreOptions { Size = 1 << 20 }));
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x20, 0x00, AtomicCdb.WriteAtomic(0, 1), dataOut: new byte[512]);
    }

    [TestCase(512, 64 << 10, 0, 128u, 0u)]
    [TestCase(512, 65 << 10, 4096, 128u, 8u)]
    [TestCase(4096, 64 << 10, 4096, 16u, 0u)]
    [TestCase(4096, 16 << 20, 0, 256u, 0u, Description = "one buffer of 1 MiB")]
    [TestCase(512, 16 << 20, 512, 2048u, 0u)]
    public async Task The_limits_are_those_of_the_store_in_blocks(int blockLength, int max, int unit, uint expectedMax, uint expectedUnit)
    {
        var store = new AtomicStore(4 << 20) { MaxAtomicWriteSize = max, AtomicWriteUnit = unit };
        await using TestDisk disk = await TestDisk.CreateAsync(store, new DiskOptions { BlockLength = blockLength });
        Assert.That(await LimitsAsync(disk), Is.EqualTo(new[] { expectedMax, expectedUnit, expectedUnit, 0u, 0u }));
        byte[] data = new byte[expectedMax * blockLength];
        new Random(1).NextBytes(data);
        await disk.GoodAsync(AtomicCdb.WriteAtomic(0, (ushort)expectedMax), dataOut: data);
        Assert.That(store.Calls, Is.EqualTo(new[] { ("atomic", 0L, data.Length, false) }), "in one piece");
        Assert.That(store.Bytes.AsSpan(0, data.Length).SequenceEqual(data));
        uint next = Math.Max(1, expectedUnit);
        byte[] cdb = AtomicCdb.WriteAtomic(0, (ushort)(expectedMax + next));
        byte[] more = new byte[(expectedMax + next) * blockLength];
        Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, cdb, dataOut: more);
        Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, 12, null)));
    }

    [Test]
    public async Task What_is_not_aligned_or_no_whole_unit_is_refused()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new AtomicStore(1 << 20) { AtomicWriteUnit = 4096 });
        await disk.GoodAsync(AtomicCdb.WriteAtomic(8, 16), dataOut: new byte[8192]);
        Sense misaligned = await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, AtomicCdb.WriteAtomic(4, 8), dataOut: new byte[4096]);
        Assert.That(misaligned.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, 2, null)));
        Sense odd = await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, AtomicCdb.WriteAtomic(8, 4), dataOut: new byte[2048]);
        Assert.That(odd.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, 12, null)));
    }

    [Test]
    public async Task Half_of_the_data_is_never_written([Values(0, 512)] int length)
    {
        var store = new AtomicStore(1 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        byte[]? data = length == 0 ? null : new byte[length];
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x0E, 0x03, AtomicCdb.WriteAtomic(0, 2), dataOut: data);
        Assert.That(store.Calls, Is.Empty);
    }

    [Test]
    public async Task Memory_that_runs_out_leaves_the_blocks_as_they_were()
    {
        // Room for two chunks of 64 KiB, one of which is in use.
        var store = new RamStore(1 << 20, 128 << 10);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        await disk.GoodAsync(Cdb.Write(10, 0, 1), dataOut: new byte[512]);
        byte[] ones = [.. Enumerable.Repeat((byte)1, 256 * 512)];
        await disk.FailsAsync(SenseKey.DataProtect, 0x27, 0x07, AtomicCdb.WriteAtomic(0, 384), dataOut: [.. ones, .. ones[..(128 * 512)]]);
        Assert.That(await disk.ReadAsync(0, 384), Is.All.Zero);
        await disk.GoodAsync(AtomicCdb.WriteAtomic(0, 256), dataOut: ones);
        Assert.That(await disk.ReadAsync(0, 256), Is.All.EqualTo(1));
    }
}
