using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.VDisk;

namespace Scst.Testing;

/// <summary>
/// What every <see cref="IBlockStore"/> owes its disk. Inherit it, say how to make an empty store, and run it.
/// </summary>
public abstract class BlockStoreContract
{
    private const int AllocationRounds = 4000;

    /// <summary>Whether what is written can be read; false only for stores that say that they keep nothing.</summary>
    protected virtual bool KeepsData => true;

    /// <summary>Whether every operation completes before its call returns; then its allocations are measured to the byte.</summary>
    protected virtual bool CompletesSynchronously => false;

    /// <summary>The logical block size to use, in bytes.</summary>
    protected virtual int BlockSize => 512;

    /// <summary>A length far beyond what the medium could hold at once, or 0 if the store is not sparse.</summary>
    protected virtual long HugeLength => 8L << 40;

    /// <summary>
    /// The most heap bytes per operation, on average over many, for a store that completes later: room for what the runtime's
    /// thread pool does meanwhile, and too little for any object per operation.
    /// </summary>
    protected virtual double AllocationBound => 1;

    /// <summary>Makes a store of <paramref name="length"/> bytes to which nothing has been written. The contract disposes it.</summary>
    protected abstract ValueTask<IBlockStore> CreateAsync(long length);

    [Test]
    public async Task The_length_is_what_was_asked_for()
    {
        foreach (long blocks in new long[] { 1, 2, 127, 128, 129, 4096 })
        {
            await using IBlockStore store = await CreateAsync(blocks * BlockSize);
            Assert.That(store.Length, Is.EqualTo(blocks * BlockSize));
            Assert.That(store.IsReadOnly, Is.False);
        }
    }

    [Test]
    public async Task A_new_store_reads_as_zeros()
    {
        await using IBlockStore store = await CreateAsync(1000L * BlockSize);
        byte[] buffer = Filled(1000 * BlockSize, 0xA5);
        Assert.That(await store.ReadAsync(0, buffer), Is.EqualTo(StoreStatus.Ok));
        Assert.That(buffer, Is.All.Zero);
    }

    [Test]
    public void What_is_read_is_what_a_plain_array_would_hold()
    {
        // A length that is no multiple of any likely chunk or page, and that leaves much of the last one.
        int blocks = 701;
        Prop.ForAll(StoreStep.Scripts(blocks), (Func<StoreStep[], Task>)(async script =>
        {
            await using IBlockStore store = await CreateAsync((long)blocks * BlockSize);
            byte[] model = new byte[blocks * BlockSize];
            foreach (StoreStep step in script) await PlayAsync(store, model, step);

            byte[] all = Filled(model.Length, 0xA5);
            Assert.That(await store.ReadAsync(0, all), Is.EqualTo(StoreStatus.Ok));
            Assert.That(all.AsSpan().SequenceEqual(model), Is.True, () => "at the end of " + string.Join(", ", script));
        })).QuickCheckThrowOnFailure();
    }

    [Test]
    public async Task The_last_block_is_written_and_read_like_any_other()
    {
        foreach (int blocks in new[] { 1, 128, 129, 255 })
        {
            await using IBlockStore store = await CreateAsync((long)blocks * BlockSize);
            long last = (long)(blocks - 1) * BlockSize;
            byte[] block = Filled(BlockSize, 0x5A);
            Assert.That(await store.WriteAsync(last, block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
            byte[] read = Filled(BlockSize, 0xA5);
            Assert.That(await store.ReadAsync(last, read), Is.EqualTo(StoreStatus.Ok));
            Assert.That(read, Is.EqualTo(KeepsData ? block : new byte[BlockSize]));
            Assert.That(store.Length, Is.EqualTo((long)blocks * BlockSize));
        }
    }

    [Test]
    public async Task A_flush_and_a_forced_write_succeed()
    {
        await using IBlockStore store = await CreateAsync(8L * BlockSize);
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok), "with nothing written");
        Assert.That(await store.WriteAsync(0, new byte[BlockSize], StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok), "after a write");
        byte[] block = Filled(BlockSize, 0x5A);
        Assert.That(await store.WriteAsync(BlockSize, block, StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.Ok));
        byte[] read = new byte[BlockSize];
        Assert.That(await store.ReadAsync(BlockSize, read), Is.EqualTo(StoreStatus.Ok));
        Assert.That(read, Is.EqualTo(KeepsData ? block : new byte[BlockSize]));
    }

    [Test]
    public async Task Offsets_beyond_32_bits_do_not_wrap()
    {
        if (HugeLength == 0) Assert.Ignore("This store is not sparse: a disk of many TiB would need its room.");
        await using IBlockStore store = await CreateAsync(HugeLength);
        List<long> offsets = [0, HugeLength - BlockSize];
        for (int bit = 31; 1L << bit < HugeLength; bit++) offsets.AddRange([(1L << bit) - BlockSize, 1L << bit]);
        long[] places = offsets.Distinct().ToArray();
        for (int i = 0; i < places.Length; i++)
        {
            StoreStatus status = await store.WriteAsync(places[i], Filled(BlockSize, (byte)(i + 1)), StoreWriteOptions.None);
            Assert.That(status, Is.EqualTo(StoreStatus.Ok));
        }

        byte[] read = new byte[BlockSize];
        for (int i = 0; i < places.Length; i++)
        {
            Assert.That(await store.ReadAsync(places[i], read), Is.EqualTo(StoreStatus.Ok));
            Assert.That(read, Is.All.EqualTo(KeepsData ? (byte)(i + 1) : (byte)0), $"at {places[i]}");
        }

        if (store is not IUnmapStore unmap) return;
        // All but the last block, in one go.
        Assert.That(await unmap.UnmapAsync(0, HugeLength - BlockSize), Is.EqualTo(StoreStatus.Ok));
        foreach (long place in places)
        {
            Assert.That(await store.ReadAsync(place, read), Is.EqualTo(StoreStatus.Ok));
            bool isLast = place == HugeLength - BlockSize;
            Assert.That(read, Is.All.EqualTo(isLast && KeepsData ? (byte)2 : (byte)0), $"at {place}");
        }
    }

    [Test]
    public async Task What_was_written_has_room_and_what_was_unmapped_in_whole_units_has_none()
    {
        const long length = 4 << 20;
        await using IBlockStore store = await CreateAsync(length);
        if (store is not IUnmapStore unmap || store is not IMappingStore map || !KeepsData) return;
        long unit = Math.Max(unmap.UnmapGranularity, BlockSize);
        Assert.That(unit, Is.LessThanOrEqualTo(length / 8), "too large a unit for this test");
        await HasRoomAsync(map, 0, length, isMapped: false);
        Assert.That(await store.WriteAsync(3 * unit, Filled(BlockSize, 1), StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        await HasRoomAsync(map, 0, 3 * unit, isMapped: false);
        await HasRoomAsync(map, 3 * unit, BlockSize, isMapped: true);
        await HasRoomAsync(map, 4 * unit, length - (4 * unit), isMapped: false);
        StoreMapping mapping = await map.FindMappingAsync(2 * unit, length - (2 * unit));
        Assert.That(mapping, Is.EqualTo(new StoreMapping(StoreStatus.Ok, false, unit)), "it ends where the room begins");
        Assert.That(await unmap.UnmapAsync(2 * unit, 3 * unit), Is.EqualTo(StoreStatus.Ok));
        await HasRoomAsync(map, 0, length, isMapped: false);
        Assert.That(await store.WriteAsync(length - BlockSize, Filled(BlockSize, 1), StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        await HasRoomAsync(map, length - BlockSize, BlockSize, isMapped: true);
        Assert.That(await unmap.UnmapAsync(length - unit, unit), Is.EqualTo(StoreStatus.Ok));
        await HasRoomAsync(map, 0, length, isMapped: false);
        Assert.That(async () => await map.FindMappingAsync(length, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static async Task HasRoomAsync(IMappingStore store, long offset, long length, bool isMapped)
    {
        for (long end = offset + length; offset < end;)
        {
            StoreMapping mapping = await store.FindMappingAsync(offset, end - offset);
            Assert.That(mapping.Status, Is.EqualTo(StoreStatus.Ok));
            Assert.That(mapping.Length, Is.InRange(1, end - offset));
            Assert.That(mapping.IsMapped, Is.EqualTo(isMapped), $"at {offset}");
            offset += mapping.Length;
        }
    }

    [Test]
    public async Task Writes_that_overlap_in_time_all_land()
    {
        const int writers = 4, each = 64, blocksPerWrite = 3;
        await using IBlockStore store = await CreateAsync((long)writers * each * blocksPerWrite * BlockSize);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            Task<StoreStatus>[] running = new Task<StoreStatus>[each];
            for (int i = 0; i < each; i++)
            {
                // Neighbours in the store are different writers'.
                long offset = (long)((i * writers) + writer) * blocksPerWrite * BlockSize;
                byte[] data = Filled(blocksPerWrite * BlockSize, Tag(writer, i));
                running[i] = store.WriteAsync(offset, data, (StoreWriteOptions)(i & 1)).AsTask();
            }

            Assert.That(await Task.WhenAll(running), Is.All.EqualTo(StoreStatus.Ok));
        })));

        if (!KeepsData) return;
        byte[] read = new byte[blocksPerWrite * BlockSize];
        for (int place = 0; place < writers * each; place++)
        {
            Assert.That(await store.ReadAsync((long)place * read.Length, read), Is.EqualTo(StoreStatus.Ok));
            Assert.That(read, Is.All.EqualTo(Tag(place % writers, place / writers)), $"in place {place}");
        }
    }

    [Test]
    public async Task Operations_on_the_same_blocks_never_show_bytes_that_nobody_wrote_there()
    {
        // Around a boundary of 64 KiB, with a guard on either side that nobody touches after the start.
        const int guard = 8, shared = 256;
        int length = (guard + shared + guard) * BlockSize;
        await using IBlockStore store = await CreateAsync(length);
        byte[] start = Filled(length, 0);
        start.AsSpan(0, guard * BlockSize).Fill(0xEE);
        start.AsSpan((guard + shared) * BlockSize).Fill(0xEE);
        Assert.That(await store.WriteAsync(0, start, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            Random random = new(1000 + worker);
            byte[] mine = Filled(shared * BlockSize, (byte)(worker + 1));
            byte[] read = new byte[length];
            for (int i = 0; i < 150; i++)
            {
                int first = random.Next(shared);
                int count = random.Next(1, shared - first + 1);
                long offset = (long)(guard + first) * BlockSize;
                int choice = random.Next(4);
                StoreStatus status = choice switch
                {
                    0 when store is IUnmapStore unmap => await unmap.UnmapAsync(offset, (long)count * BlockSize),
                    <= 1 => await store.WriteAsync(offset, mine.AsMemory(0, count * BlockSize), StoreWriteOptions.None),
                    _ => await store.ReadAsync(0, read),
                };
                Assert.That(status, Is.EqualTo(StoreStatus.Ok));
                if (choice < 2 || !KeepsData) continue;
                Span<byte> between = read.AsSpan(guard * BlockSize, shared * BlockSize);
                Assert.That(between.ContainsAnyExceptInRange((byte)0, (byte)4), Is.False, "between the guards");
                Assert.That(read.AsSpan(0, guard * BlockSize).ContainsAnyExcept((byte)0xEE), Is.False, "the guard before");
                Assert.That(read.AsSpan((guard + shared) * BlockSize).ContainsAnyExcept((byte)0xEE), Is.False, "the guard behind");
            }
        })));
    }

    [Test]
    public async Task The_memory_of_a_finished_operation_is_not_touched_again()
    {
        await using IBlockStore store = await CreateAsync(64L * BlockSize);
        byte[] source = Filled(64 * BlockSize, 0x11);
        Assert.That(await store.WriteAsync(0, source, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        Array.Fill(source, (byte)0x22);
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok));

        byte[] read = new byte[64 * BlockSize];
        Assert.That(await store.ReadAsync(0, read), Is.EqualTo(StoreStatus.Ok));
        Assert.That(read, Is.All.EqualTo(KeepsData ? (byte)0x11 : (byte)0), "the store kept the caller's buffer instead of its bytes");
        Array.Fill(read, (byte)0x33);
        Assert.That(await store.ReadAsync(0, new byte[BlockSize]), Is.EqualTo(StoreStatus.Ok));
        Assert.That(read, Is.All.EqualTo((byte)0x33));
        Assert.That(source, Is.All.EqualTo((byte)0x22));
    }

    [Test]
    [NonParallelizable]
    public async Task In_the_steady_state_nothing_is_allocated()
    {
        await using IBlockStore store = await CreateAsync(1024L * BlockSize);
        Task<double> measured;
        // A test runner keeps its state in the execution context, and to restore that on other threads allocates: not the store's doing.
        using (ExecutionContext.SuppressFlow()) measured = Task.Run(() => MeasureAllocationsAsync(store));
        double each = await measured;
        await TestContext.Out.WriteLineAsync($"{each:F4} bytes each operation");
        Assert.That(each, Is.LessThanOrEqualTo(CompletesSynchronously ? 0 : AllocationBound));
    }

    private async Task<double> MeasureAllocationsAsync(IBlockStore store)
    {
        byte[] buffer = Filled(8 * BlockSize, 0x77);
        ValueTask<StoreStatus>[] running = new ValueTask<StoreStatus>[16];
        await RunManyAsync(store, buffer, running);

        int thread = Environment.CurrentManagedThreadId;
        double least = double.MaxValue;
        for (int i = 0; i < 8; i++)
        {
            long before = CompletesSynchronously ? GC.GetAllocatedBytesForCurrentThread() : GC.GetTotalAllocatedBytes(precise: true);
            int operations = await RunManyAsync(store, buffer, running);
            long after = CompletesSynchronously ? GC.GetAllocatedBytesForCurrentThread() : GC.GetTotalAllocatedBytes(precise: true);
            // What the rest of the process allocates meanwhile is not in every run; what the store allocates is.
            least = Math.Min(least, (double)(after - before) / operations);
        }

        if (CompletesSynchronously && Environment.CurrentManagedThreadId != thread)
            throw new InvalidOperationException("The store did not complete synchronously.");
        return least;
    }

    private static async ValueTask<int> RunManyAsync(IBlockStore store, byte[] buffer, ValueTask<StoreStatus>[] running)
    {
        int bad = 0;
        for (int round = 0; round < AllocationRounds / running.Length; round++)
        {
            for (int i = 0; i < running.Length; i++)
            {
                long offset = (long)i * buffer.Length;
                if ((i & 1) == 0) Keep(out running[i], store.WriteAsync(offset, buffer, StoreWriteOptions.None));
                else Keep(out running[i], store.ReadAsync(offset, buffer));
            }

            for (int i = 0; i < running.Length; i++)
            {
                if (await running[i] != StoreStatus.Ok) bad++;
            }
        }

        if (await store.FlushAsync() != StoreStatus.Ok) bad++;
        if (bad != 0) Assert.Fail($"{bad} operations failed");
        return (AllocationRounds / running.Length * running.Length) + 1;
    }

    private static void Keep(out ValueTask<StoreStatus> slot, ValueTask<StoreStatus> task) => slot = task;

    private static byte Tag(int writer, int i) => (byte)(1 + (((writer * 64) + i) % 255));

    private static byte[] Filled(int length, byte value)
    {
        byte[] bytes = new byte[length];
        Array.Fill(bytes, value);
        return bytes;
    }

    private async Task PlayAsync(IBlockStore store, byte[] model, StoreStep step)
    {
        int offset = step.FirstBlock * BlockSize;
        int length = step.Blocks * BlockSize;
        byte[] buffer = new byte[length];
        switch (step.Kind)
        {
            case StoreStepKind.Write or StoreStepKind.ForcedWrite:
                new Random(step.Seed).NextBytes(buffer);
                StoreWriteOptions options =
                    step.Kind == StoreStepKind.ForcedWrite ? StoreWriteOptions.ForceUnitAccess : StoreWriteOptions.None;
                Assert.That(await store.WriteAsync(offset, buffer, options), Is.EqualTo(StoreStatus.Ok));
                if (KeepsData) buffer.CopyTo(model, offset);
                break;
            case StoreStepKind.Unmap when store is IUnmapStore unmap:
                Assert.That(await unmap.UnmapAsync(offset, length), Is.EqualTo(StoreStatus.Ok));
                model.AsSpan(offset, length).Clear();
                break;
            case StoreStepKind.Flush:
                Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok));
                break;
            default:
                Array.Fill(buffer, (byte)0xA5);
                Assert.That(await store.ReadAsync(offset, buffer), Is.EqualTo(StoreStatus.Ok));
                Assert.That(buffer.AsSpan().SequenceEqual(model.AsSpan(offset, length)), Is.True, step.ToString());
                break;
        }
    }
}
