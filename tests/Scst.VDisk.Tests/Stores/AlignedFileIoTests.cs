using System;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Testing;

namespace Scst.VDisk.Tests;

/// <summary>The contract over a file that demands the alignment of direct I/O, and what is at its edges.</summary>
[TestFixture(512, 512)]
[TestFixture(4, 512)]
[TestFixture(512, 4096)]
[TestFixture(16384, 4096)]
public sealed class AlignedFileIoTests : BlockStoreContract
{
    private const int Unit = 4096;
    private readonly DirectAlignment _alignment;

    public AlignedFileIoTests(int memory, int offset) => _alignment = new DirectAlignment(memory, offset);

    protected override int BlockSize => _alignment.Offset;

    protected override long HugeLength => 0;

    /// <summary>The fake takes a copy of the whole file at each flush, one in 4001 operations.</summary>
    protected override double AllocationBound => 1 + (1024 * BlockSize / 4001.0);

    [Test]
    public async Task Longer_transfers_than_a_buffer_go_in_pieces()
    {
        int length = (3 * AlignedBuffers.Size) + _alignment.Offset;
        await using FileStore store = Over(new FakeFileIo(length));
        byte[] bytes = new byte[length + 1];
        new Random(1).NextBytes(bytes);
        byte[] back = new byte[length + 1];
        for (int shift = 0; shift < 2; shift++)
        {
            Assert.That(await store.WriteAsync(0, bytes.AsMemory(shift, length), StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
            Assert.That(await store.ReadAsync(0, back.AsMemory(1 - shift, length)), Is.EqualTo(StoreStatus.Ok));
            Assert.That(back.AsSpan(1 - shift, length).SequenceEqual(bytes.AsSpan(shift, length)), Is.True);
        }
    }

    [Test]
    public async Task More_transfers_than_buffers_wait_and_all_land()
    {
        const int count = 32;
        FakeFileIo file = new(count * Unit);
        await using FileStore store = Over(file, mostBuffers: 2);
        int inside = 0, most = 0;
        file.During = (kind, _) =>
        {
            if (kind != FileOperationKind.Write) return;
            InterlockedMax(ref most, Interlocked.Increment(ref inside));
            Thread.Yield();
            Interlocked.Decrement(ref inside);
        };
        StoreStatus[] done = await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
            store.WriteAsync((long)i * Unit, Unaligned(Unit, (byte)(i + 1)), StoreWriteOptions.None).AsTask()));
        Assert.That(done, Is.All.EqualTo(StoreStatus.Ok));
        Assert.That(most, Is.LessThanOrEqualTo(2));
        byte[] all = new byte[count * Unit];
        Assert.That(await store.ReadAsync(0, all), Is.EqualTo(StoreStatus.Ok));
        for (int i = 0; i < count; i++)
            Assert.That(all.AsSpan(i * Unit, Unit).ContainsAnyExcept((byte)(i + 1)), Is.False, $"block {i}");
    }

    [Test]
    public async Task Half_a_block_is_refused_and_nothing_is_done()
    {
        FakeFileIo file = new(4 * Unit);
        await using FileStore store = Over(file);
        int calls = 0;
        file.During = (kind, _) => calls += kind == FileOperationKind.Flush ? 0 : 1;
        int half = _alignment.Offset / 2;
        Assert.That(await store.WriteAsync(half, new byte[_alignment.Offset], StoreWriteOptions.None), Is.EqualTo(StoreStatus.InternalError));
        Assert.That(await store.WriteAsync(0, new byte[half], StoreWriteOptions.None), Is.EqualTo(StoreStatus.InternalError));
        Assert.That(await store.ReadAsync(half, new byte[_alignment.Offset]), Is.EqualTo(StoreStatus.InternalError));
        Assert.That(await store.ReadAsync(0, new byte[half]), Is.EqualTo(StoreStatus.InternalError));
        Assert.That(calls, Is.Zero);
    }

    [Test]
    public async Task A_file_cut_within_a_block_gives_a_read_error()
    {
        FakeFileIo file = new(2 * Unit);
        await using FileStore store = Over(file);
        file.Cut(Unit + 100);
        Assert.That(await store.ReadAsync(0, new byte[Unit]), Is.EqualTo(StoreStatus.Ok), "what is left");
        Assert.That(await store.ReadAsync(0, new byte[2 * Unit]), Is.EqualTo(StoreStatus.ReadError));
        Assert.That(await store.ReadAsync(Unit, new byte[_alignment.Offset]), Is.EqualTo(StoreStatus.ReadError));
        file.Cut(2 * Unit);
    }

    [Test]
    public async Task Aligned_memory_is_not_copied()
    {
        FakeFileIo file = new(2 * Unit);
        await using FileStore store = Over(file, mostBuffers: 1);
        (byte[] array, int start) = AlignedArray(Unit);
        Memory<byte> aligned = array.AsMemory(start, Unit);
        aligned.Span.Fill(0x5A);
        using ManualResetEventSlim go = new();
        // Holds the only buffer meanwhile: who needs one would wait for ever.
        file.During = (_, offset) =>
        {
            if (offset == Unit) go.Wait();
        };
        ValueTask<StoreStatus> holding = store.WriteAsync(Unit, Unaligned(Unit, 1), StoreWriteOptions.None);
        Assert.That(await store.WriteAsync(0, aligned, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        aligned.Span.Clear();
        Assert.That(await store.ReadAsync(0, aligned), Is.EqualTo(StoreStatus.Ok));
        Assert.That(aligned.Span.ContainsAnyExcept((byte)0x5A), Is.False);
        go.Set();
        Assert.That(await holding, Is.EqualTo(StoreStatus.Ok));
    }

    [TestCase(5, StoreStatus.ReadError, StoreStatus.WriteError)]
    [TestCase(121, StoreStatus.InternalError, StoreStatus.InternalError)]
    public async Task A_failed_transfer_gives_its_buffer_back(int error, StoreStatus ofRead, StoreStatus ofWrite)
    {
        FakeFileIo file = new(2 * Unit);
        await using FileStore store = Over(file, mostBuffers: 1);
        bool isBroken = true;
        file.During = (kind, _) =>
        {
            if (isBroken && kind != FileOperationKind.Flush) throw FakeFileIo.Failure(error);
        };
        Assert.That(await store.ReadAsync(0, Unaligned(Unit, 0)), Is.EqualTo(ofRead));
        Assert.That(await store.WriteAsync(0, Unaligned(Unit, 0), StoreWriteOptions.None), Is.EqualTo(ofWrite));
        isBroken = false;
        Assert.That(await store.WriteAsync(0, Unaligned(Unit, 1), StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
    }

    [Test]
    public async Task The_unit_is_told()
    {
        await using FileStore store = Over(new FakeFileIo(Unit));
        Assert.That(store.LogicalBlockSize, Is.EqualTo(_alignment.Offset));
        Assert.That(store.HasVolatileWriteCache, Is.True);
    }

    protected override ValueTask<IBlockStore> CreateAsync(long length) => new(Over(new FakeFileIo((int)length)));

    private static void InterlockedMax(ref int place, int value)
    {
        for (int seen = Volatile.Read(ref place); seen < value;)
            seen = Interlocked.CompareExchange(ref place, value, seen);
    }

    private static Memory<byte> Unaligned(int length, byte value)
    {
        (byte[] array, int start) = AlignedArray(length + 1);
        Memory<byte> memory = array.AsMemory(start + 1, length);
        memory.Span.Fill(value);
        return memory;
    }

    private static (byte[] Array, int Start) AlignedArray(int length)
    {
        const int alignment = 16384;
        byte[] array = GC.AllocateArray<byte>(length + alignment, pinned: true);
        return (array, (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) & (alignment - 1)));
    }

    private FileStore Over(FakeFileIo file, int mostBuffers = 8) =>
        FileStore.Over(new AlignedFileIo(new DemandingFileIo(file, _alignment), _alignment, mostBuffers), file.Length, new FileStoreOptions());
}
