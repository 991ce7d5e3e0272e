using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>VERIFY and WRITE AND VERIFY (SBC-5): what is compared, and what is told of a difference.</summary>
[TestFixture]
internal sealed class DiskVerifyTests
{
    [Test]
    public async Task Without_a_compare_the_medium_is_read_whatever_it_holds([Values(10, 12, 16)] int length)
    {
        var store = new ScriptedStore(100 * 512);
        new Random(1).NextBytes(store.Bytes);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        await disk.GoodAsync(Cdb.Verify(length, 10, 20));
        StoreCall[] expected = [new(StoreCallKind.Flush), new(StoreCallKind.Read, 10 * 512, 20 * 512)];
        Assert.That(store.Calls, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_difference_is_told_by_its_offset([Values(10, 12, 16)] int length, [Values(0, 1, 511, 512, 20 * 512 - 1)] int where)
    {
        var store = new ScriptedStore(100 * 512);
        new Random(2).NextBytes(store.Bytes);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        byte[] data = store.Bytes[(10 * 512)..(30 * 512)];
        await disk.GoodAsync(Cdb.Verify(length, 10, 20, 1), dataOut: data);
        data[where] ^= 0x01;
        data[^1] ^= where == data.Length - 1 ? (byte)0 : (byte)0x80;
        Sense sense = await disk.FailsAsync(SenseKey.Miscompare, 0x1D, 0x00, Cdb.Verify(length, 10, 20, 1), dataOut: data);
        Assert.That(sense.Information, Is.EqualTo((ulong)where));
    }

    [Test]
    public async Task One_block_is_compared_with_every_block([Values(10, 12, 16)] int length)
    {
        var store = new ScriptedStore(100 * 512);
        byte[] block = new byte[512];
        new Random(3).NextBytes(block);
        for (int i = 0; i < 100; i++)
            block.CopyTo(store.Bytes, i * 512);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        await disk.GoodAsync(Cdb.Verify(length, 0, 100, 3), dataOut: block);
        store.Bytes[(57 * 512) + 300] ^= 0xFF;
        Sense sense = await disk.FailsAsync(SenseKey.Miscompare, 0x1D, 0x00, Cdb.Verify(length, 7, 93, 3), dataOut: block);
        Assert.That(sense.Information, Is.EqualTo((50ul * 512) + 300));
        await disk.GoodAsync(Cdb.Verify(length, 58, 42, 3), dataOut: block);
    }

    [Test]
    public async Task A_reserved_kind_of_compare_is_refused([Values(10, 12, 16)] int length)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(64 << 10));
        Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Cdb.Verify(length, 0, 1, 2));
        Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, 1, 2)));
        foreach (int byteCheck in new[] { 2, 3 })
            await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Cdb.WriteAndVerify(length, 0, 1, byteCheck), dataOut: new byte[512]);
    }

    [Test]
    public async Task What_nobody_sent_is_never_found_to_be_the_same([Values(1, 3)] int byteCheck)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(64 << 10));
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x0E, 0x03, Cdb.Verify(10, 0, 1, byteCheck));
        if (byteCheck == 1)
            await disk.FailsAsync(SenseKey.IllegalRequest, 0x0E, 0x03, Cdb.Verify(10, 0, 2, byteCheck), dataOut: new byte[512]);
    }

    [Test]
    public async Task Data_that_a_verify_does_not_ask_for_is_a_residual()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(64 << 10));
        LoopbackResult result = await disk.ExecuteAsync(Cdb.Verify(10, 0, 1), dataOut: new byte[512]);
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That((result.ResidualKind, result.ResidualCount), Is.EqualTo((ResidualKind.Underflow, 512u)));
    }

    [Test]
    public async Task A_write_that_reads_back_otherwise_is_a_miscompare([Values(10, 12, 16)] int length)
    {
        var store = new ScriptedStore(100 * 512);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        byte[] data = new byte[4 * 512];
        new Random(4).NextBytes(data);
        store.Answer = call =>
        {
            if (call.Kind == StoreCallKind.Read)
                store.Bytes[(3 * 512) + 5] ^= 0x10;
            return StoreStatus.Ok;
        };
        Sense sense = await disk.FailsAsync(SenseKey.Miscompare, 0x1D, 0x00, Cdb.WriteAndVerify(length, 2, 4, 1), dataOut: data);
        Assert.That(sense.Information, Is.EqualTo(512ul + 5));
        await disk.GoodAsync(Cdb.WriteAndVerify(length, 2, 4), dataOut: data);
    }

    [Test]
    public async Task A_long_verification_reads_in_bounded_pieces_outside_the_submitter()
    {
        const long length = 64L << 30;
        var store = new CountingStore(length);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        store.Submitter = Environment.CurrentManagedThreadId;
        ValueTask<LoopbackResult> running = disk.ExecuteAsync(Cdb.Verify(16, 0, (uint)(length / 512)));
        store.Submitter = 0;
        LoopbackResult result = await running;
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(store.BytesRead, Is.EqualTo(length));
        Assert.That(store.LargestRead, Is.LessThanOrEqualTo(1 << 20));
        Assert.That(store.BytesReadBySubmitter, Is.LessThanOrEqualTo(4 << 20));
    }
}
