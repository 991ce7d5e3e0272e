using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;

namespace Scst.VDisk.Tests;

/// <summary>ORWRITE(16) (SBC-5): the set operation.</summary>
[TestFixture]
internal sealed class OrWriteTests
{
    [Test]
    public async Task Every_bit_that_is_set_in_either_is_set_afterwards(
        [Values(1, 3, 300, 700)] int blocks, [Values(512, 4096)] int blockLength)
    {
        var store = new ScriptedStore(1000 * blockLength);
        new Random(1).NextBytes(store.Bytes);
        byte[] expected = [.. store.Bytes];
        byte[] data = new byte[blocks * blockLength];
        new Random(2).NextBytes(data);
        for (int i = 0; i < data.Length; i++)
            expected[(5 * blockLength) + i] |= data[i];
        await using TestDisk disk = await TestDisk.CreateAsync(store, new DiskOptions { BlockLength = blockLength });
        await disk.GoodAsync(AtomicCdb.OrWrite(5, (uint)blocks), dataOut: data);
        Assert.That(store.Bytes.AsSpan().SequenceEqual(expected));
    }

    [Test]
    public async Task A_block_that_cannot_be_read_is_a_medium_error_and_nothing_is_written()
    {
        var store = new ScriptedStore(100 * 512) { Answer = static _ => StoreStatus.ReadError };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        await disk.FailsAsync(Protocol.SenseKey.MediumError, 0x11, 0x00, AtomicCdb.OrWrite(5, 2), dataOut: new byte[1024]);
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Read }));
    }

    [Test]
    public async Task Fewer_bytes_than_the_CDB_says_are_a_residual_as_for_any_write()
    {
        var store = new ScriptedStore(100 * 512);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        LoopbackResult result = await disk.ExecuteAsync(AtomicCdb.OrWrite(5, 4), Enumerable.Repeat((byte)1, 512).ToArray());
        Assert.That((result.ResidualKind, result.ResidualCount), Is.EqualTo((ResidualKind.Overflow, 3u * 512)));
        Assert.That(store.Bytes[(5 * 512)..(6 * 512)], Is.All.EqualTo(1));
        Assert.That(store.Bytes[(6 * 512)..], Is.All.Zero);
    }
}
