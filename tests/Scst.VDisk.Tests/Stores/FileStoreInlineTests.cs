using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>What needs no device is done in the caller's context, and nothing else is.</summary>
[TestFixture]
internal sealed class FileStoreInlineTests
{
    private const int Size = 64 << 10;

    [Test]
    public async Task What_is_in_the_page_cache_is_read_at_once()
    {
        FakeFileIo io = new(Size) { ReadableNow = Size, ReadLimit = 1000 };
        await using FileStore store = FileStore.Over(io, Size, new FileStoreOptions());
        byte[] bytes = await FillAsync(store);
        int caller = Environment.CurrentManagedThreadId;
        bool isElsewhere = false;
        io.During = (_, _) => isElsewhere |= Environment.CurrentManagedThreadId != caller;

        byte[] read = new byte[8192];
        ValueTask<StoreStatus> task = store.ReadAsync(4096, read);

        Assert.That(task.IsCompletedSuccessfully, Is.True);
        Assert.That(await task, Is.EqualTo(StoreStatus.Ok));
        Assert.That(read, Is.EqualTo(bytes[4096..12288]));
        Assert.That(isElsewhere, Is.False);
    }

    [Test]
    public async Task The_rest_of_what_is_cached_in_part_is_read_elsewhere([Values(0, 1, 511, 4096, 8191)] int cached)
    {
        FakeFileIo io = new(Size);
        await using FileStore store = FileStore.Over(io, Size, new FileStoreOptions());
        byte[] bytes = await FillAsync(store);
        io.ReadableNow = 4096 + cached;
        using ManualResetEventSlim go = new();
        io.During = (_, offset) =>
        {
            // In the caller's context this would wait for ever.
            if (offset == 4096 + cached) go.Wait();
        };

        byte[] read = new byte[8192];
        ValueTask<StoreStatus> task = store.ReadAsync(4096, read);
        Assert.That(task.IsCompleted, Is.False);
        go.Set();

        Assert.That(await task, Is.EqualTo(StoreStatus.Ok));
        Assert.That(read, Is.EqualTo(bytes[4096..12288]));
    }

    [Test]
    public async Task A_fault_on_the_short_way_is_told_by_the_long_way()
    {
        FakeFileIo io = new(Size) { ReadableNow = Size, During = (_, _) => throw new IOException("bad sector", 5) };
        await using FileStore store = FileStore.Over(io, Size, new FileStoreOptions { ReadOnly = true });
        Assert.That(await store.ReadAsync(0, new byte[512]), Is.EqualTo(StoreStatus.ReadError));
    }

    [Test]
    public async Task A_file_in_memory_is_written_at_once()
    {
        FakeFileIo io = new(Size) { IsInMemory = true };
        await using FileStore store = FileStore.Over(io, Size, new FileStoreOptions());
        ValueTask<StoreStatus> task = store.WriteAsync(512, Enumerable.Repeat((byte)7, 512).ToArray(), StoreWriteOptions.None);
        Assert.That(task.IsCompletedSuccessfully, Is.True);
        Assert.That(await task, Is.EqualTo(StoreStatus.Ok));
        byte[] read = new byte[512];
        await store.ReadAsync(512, read);
        Assert.That(read, Is.All.EqualTo(7));
    }

    [Test]
    public async Task A_forced_write_of_a_file_in_memory_is_flushed_all_the_same()
    {
        FakeFileIo io = new(Size) { IsInMemory = true };
        await using FileStore store = FileStore.Over(io, Size, new FileStoreOptions());
        Assert.That(await store.WriteAsync(0, new byte[512], StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.Ok));
        Assert.That(io.Flushes, Is.EqualTo(1));
    }

    [TestCase(28, StoreStatus.NoSpace)]
    [TestCase(5, StoreStatus.WriteError)]
    public async Task A_write_at_once_tells_its_error(int error, StoreStatus expected)
    {
        FakeFileIo io = new(Size) { IsInMemory = true };
        await using FileStore store = FileStore.Over(io, Size, new FileStoreOptions());
        io.During = (kind, _) =>
        {
            if (kind == FileOperationKind.Write) throw new IOException("no", error);
        };
        Assert.That(await store.WriteAsync(0, new byte[512], StoreWriteOptions.None), Is.EqualTo(expected));
        io.During = (_, _) => { };
    }

    [Test]
    public async Task A_closed_store_does_nothing_at_once()
    {
        FakeFileIo io = new(Size) { IsInMemory = true, ReadableNow = Size };
        FileStore store = FileStore.Over(io, Size, new FileStoreOptions());
        await store.CloseAsync();
        Assert.That(await store.ReadAsync(0, new byte[512]), Is.EqualTo(StoreStatus.Gone));
        Assert.That(await store.WriteAsync(0, new byte[512], StoreWriteOptions.None), Is.EqualTo(StoreStatus.Gone));
        await store.DisposeAsync();
    }

    private static async Task<byte[]> FillAsync(FileStore store)
    {
        byte[] bytes = new byte[Size];
        new Random(1).NextBytes(bytes);
        Assert.That(await store.WriteAsync(0, bytes, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        return bytes;
    }
}
