using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Testing;

namespace Scst.VDisk.Tests;

[TestFixture]
public sealed class RamStoreTests : BlockStoreContract
{
    private const int Chunk = 64 * 1024;

    protected override bool CompletesSynchronously => true;

    [Test]
    public void A_length_that_is_no_disk_is_refused([Values(0, -512, 1, 511, 513)] long length) =>
        Assert.That(() => new RamStore(length), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_negative_memory_limit_is_refused() =>
        Assert.That(() => new RamStore(512, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task A_range_outside_is_misuse()
    {
        await using RamStore store = new(1024);
        foreach ((long offset, int count) in StoreRanges.Outside(1024))
        {
            Assert.That(() => store.ReadAsync(offset, new byte[count]), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(
                () => store.WriteAsync(offset, new byte[count], StoreWriteOptions.None), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => store.UnmapAsync(offset, count), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }

        Assert.That(store.MemoryUsed, Is.Zero);
    }

    [Test]
    public async Task Memory_is_used_only_for_chunks_that_were_written()
    {
        await using RamStore store = new(64L << 40);
        Assert.That(store.MemoryUsed, Is.Zero);
        Assert.That(await store.ReadAsync(1L << 40, new byte[Chunk]), Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.MemoryUsed, Is.Zero, "a read");
        Assert.That(await store.WriteAsync(1L << 40, new byte[512], StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.MemoryUsed, Is.EqualTo(Chunk), "a write");
        Assert.That(await store.WriteAsync((1L << 40) + 512, new byte[512], StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.MemoryUsed, Is.EqualTo(Chunk), "a write to the same chunk");
        Assert.That(await store.WriteAsync((1L << 40) + Chunk - 512, new byte[1024], StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.MemoryUsed, Is.EqualTo(2 * Chunk), "a write across the end of the chunk");
    }

    [Test]
    public void A_huge_store_costs_a_small_table()
    {
        _ = new RamStore(64L << 40);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RamStore store = new(64L << 40);
        long cost = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(store);
        // 2^30 chunks in two levels of 2^15: a root of 32,768 references.
        Assert.That(cost, Is.LessThan((32768 * 8) + 1024));
    }

    [Test]
    public async Task Unmapping_whole_chunks_gives_the_memory_back_and_parts_do_not()
    {
        await using RamStore store = new(4 * Chunk);
        Assert.That(await store.WriteAsync(0, new byte[4 * Chunk], StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.UnmapAsync(512, Chunk), Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.MemoryUsed, Is.EqualTo(4 * Chunk), "two parts of chunks");
        Assert.That(await store.UnmapAsync(512, 3 * Chunk), Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.MemoryUsed, Is.EqualTo(2 * Chunk), "two chunks in the middle");
        Assert.That(await store.UnmapAsync(512, 3 * Chunk), Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.MemoryUsed, Is.EqualTo(2 * Chunk), "once more");
        Assert.That(await store.UnmapAsync(0, 4 * Chunk), Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.MemoryUsed, Is.Zero);
    }

    [Test]
    public async Task The_last_chunk_is_whole_when_the_store_ends_in_it()
    {
        await using RamStore store = new(Chunk + 1024);
        Assert.That(await store.WriteAsync(Chunk, new byte[1024], StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.UnmapAsync(Chunk, 512), Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.MemoryUsed, Is.EqualTo(Chunk));
        Assert.That(await store.UnmapAsync(Chunk, 1024), Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.MemoryUsed, Is.Zero);
    }

    [Test]
    public async Task A_write_beyond_the_memory_limit_has_no_space_until_something_is_unmapped()
    {
        await using RamStore store = new(1L << 40, 2 * Chunk);
        byte[] block = Enumerable.Repeat((byte)7, 512).ToArray();
        Assert.That(await store.WriteAsync(0, block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.WriteAsync(Chunk, block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.WriteAsync(2 * Chunk, block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.NoSpace));
        Assert.That(await store.WriteAsync(512, block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok), "where there is memory already");
        Assert.That(store.MemoryUsed, Is.EqualTo(2 * Chunk));

        byte[] read = new byte[512];
        Assert.That(await store.ReadAsync(0, read), Is.EqualTo(StoreStatus.Ok));
        Assert.That(read, Is.EqualTo(block), "what was there is still there");
        Assert.That(await store.UnmapAsync(0, Chunk), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.WriteAsync(2 * Chunk, block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
    }

    [Test]
    public async Task Writers_that_race_for_the_same_chunks_pay_for_each_once()
    {
        for (int round = 0; round < 50; round++)
        {
            // Losers of a race ask for room in passing: one chunk each.
            await using RamStore store = new(64 * Chunk, (64 + 4) * Chunk);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
            {
                byte[] block = Enumerable.Repeat((byte)(writer + 1), 512).ToArray();
                for (int chunk = 0; chunk < 64; chunk++)
                {
                    StoreStatus status = await store.WriteAsync((chunk * Chunk) + (writer * 512), block, StoreWriteOptions.None);
                    Assert.That(status, Is.EqualTo(StoreStatus.Ok));
                }
            })));
            Assert.That(store.MemoryUsed, Is.EqualTo(64 * Chunk));
            byte[] read = new byte[4 * 512];
            for (int chunk = 0; chunk < 64; chunk++)
            {
                Assert.That(await store.ReadAsync(chunk * Chunk, read), Is.EqualTo(StoreStatus.Ok));
                for (int writer = 0; writer < 4; writer++)
                    Assert.That(read.AsSpan(writer * 512, 512).ContainsAnyExcept((byte)(writer + 1)), Is.False, $"chunk {chunk}");
            }
        }
    }

    [Test]
    public async Task Unmapping_a_neighbour_loses_no_write()
    {
        await using RamStore store = new(3 * Chunk);
        await Task.WhenAll(
            Task.Run(async () =>
            {
                byte[] block = new byte[512];
                byte[] read = new byte[512];
                for (int i = 0; i < 5000; i++)
                {
                    Array.Fill(block, (byte)i);
                    long offset = (i & 1) == 0 ? Chunk - 512 : 2 * Chunk;
                    Assert.That(await store.WriteAsync(offset, block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
                    Assert.That(await store.ReadAsync(offset, read), Is.EqualTo(StoreStatus.Ok));
                    Assert.That(read.AsSpan().SequenceEqual(block), Is.True);
                }
            }),
            Task.Run(async () =>
            {
                for (int i = 0; i < 5000; i++)
                {
                    // All of the middle chunk and a part of the first, up to the block that the other one writes.
                    Assert.That(await store.WriteAsync(Chunk, new byte[512], StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
                    Assert.That(await store.UnmapAsync(0, Chunk - 512), Is.EqualTo(StoreStatus.Ok));
                    Assert.That(await store.UnmapAsync(Chunk, Chunk), Is.EqualTo(StoreStatus.Ok));
                }
            }));
        Assert.That(store.MemoryUsed, Is.EqualTo(2 * Chunk));
    }

    [Test]
    public async Task A_disposed_store_is_gone()
    {
        RamStore store = new(1024);
        Assert.That(await store.WriteAsync(0, new byte[512], StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        await store.DisposeAsync();
        await store.DisposeAsync();
        Assert.That(store.MemoryUsed, Is.Zero);
        Assert.That(await store.ReadAsync(0, new byte[512]), Is.EqualTo(StoreStatus.Gone));
        Assert.That(await store.WriteAsync(0, new byte[512], StoreWriteOptions.None), Is.EqualTo(StoreStatus.Gone));
        Assert.That(await store.UnmapAsync(0, 512), Is.EqualTo(StoreStatus.Gone));
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Gone));
    }

    [Test]
    public async Task Initiators_are_told_that_flushing_saves_nothing()
    {
        await using RamStore store = new(1024);
        Assert.That(store.HasVolatileWriteCache, Is.False);
        Assert.That(store.UnmapGranularity, Is.EqualTo(Chunk));
    }

    protected override ValueTask<IBlockStore> CreateAsync(long length) => new(new RamStore(length));
}
