using System;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>Flushes of a store whose writes go through a ring: the same system call as without it, after what the ring has done.</summary>
[TestFixture]
public sealed class FileStoreRingTests
{
    private const int Length = 8 * 512;
    private const int IoError = 5; // EIO
    private FakeFileIo _io = null!;
    private HeldRing _ring = null!;

    [SetUp]
    public void MakeFile()
    {
        _io = new FakeFileIo(Length);
        _io.Ring = _ring = new HeldRing(_io);
    }

    [Test]
    public async Task A_forced_write_is_flushed_when_the_ring_has_done_it_and_answers_after_that()
    {
        await using FileStore store = Open();
        Task<StoreStatus> write = store.WriteAsync(512, Filled(1), StoreWriteOptions.ForceUnitAccess).AsTask();
        bool wasAnswered = false;
        _io.During = (kind, _) =>
        {
            if (kind == FileOperationKind.Flush) wasAnswered |= write.IsCompleted;
        };
        Assert.That((_ring.Count, _io.Flushes), Is.EqualTo((1, 0)));
        // A flush of somebody else has nothing to do with it.
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok));
        Assert.That(write.IsCompleted, Is.False);
        _ring.Do();
        Assert.That(await write, Is.EqualTo(StoreStatus.Ok));
        Assert.That((wasAnswered, _io.Flushes), Is.EqualTo((false, 2)));
        // A flush covers what the file holds when it begins, so it began after the write.
        Assert.That(_io.Medium[512..1024], Is.All.EqualTo(1));
    }

    [Test]
    public async Task A_write_that_is_not_forced_answers_without_a_flush_and_the_next_flush_covers_it()
    {
        await using FileStore store = Open();
        ValueTask<StoreStatus> write = store.WriteAsync(0, Filled(2), StoreWriteOptions.None);
        _ring.Do();
        Assert.That(write.IsCompleted, Is.True);
        Assert.That(await write, Is.EqualTo(StoreStatus.Ok));
        Assert.That(_io.Flushes, Is.Zero);
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok));
        Assert.That(_io.Medium[..512], Is.All.EqualTo(2));
    }

    [Test]
    public async Task A_failed_flush_is_final_whatever_the_ring_can_still_do()
    {
        await using FileStore store = Open();
        _io.During = (kind, _) =>
        {
            if (kind == FileOperationKind.Flush) throw FakeFileIo.Failure(IoError);
        };
        Assert.That(await WriteAsync(store, 0, StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.FlushFailed));
        // The system would flush again, and find nothing wrong.
        _io.During = (_, _) => { };
        Assert.That(await WriteAsync(store, 512, StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(await WriteAsync(store, 1024, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok), "it promises nothing");
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(_io.Flushes, Is.EqualTo(1), "none is tried after it");
    }

    [Test]
    public async Task A_forced_write_that_fails_in_the_ring_is_not_flushed_and_concerns_no_other()
    {
        await using FileStore store = Open();
        ValueTask<StoreStatus> write = store.WriteAsync(0, Filled(3), StoreWriteOptions.ForceUnitAccess);
        _ring.Answer(-IoError);
        Assert.That(await write, Is.EqualTo(StoreStatus.WriteError));
        Assert.That(_io.Flushes, Is.Zero);
        Assert.That(await WriteAsync(store, 0, StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.Ok));
    }

    [TestCase(100)] // a part only
    [TestCase(0)]
    [TestCase(-11)] // EAGAIN
    [TestCase(-125)] // ECANCELED
    public async Task A_forced_write_that_the_ring_did_not_do_is_done_by_a_thread_and_flushed_after_that(int answer)
    {
        await using FileStore store = Open();
        ValueTask<StoreStatus> write = store.WriteAsync(0, Filled(4), StoreWriteOptions.ForceUnitAccess);
        _ring.Answer(answer);
        Assert.That(await write, Is.EqualTo(StoreStatus.Ok));
        Assert.That(_io.Medium[..512], Is.All.EqualTo(4));
    }

    private async Task<StoreStatus> WriteAsync(FileStore store, long offset, StoreWriteOptions options)
    {
        ValueTask<StoreStatus> write = store.WriteAsync(offset, Filled(9), options);
        _ring.Do();
        return await write;
    }

    private FileStore Open() => FileStore.Over(_io, Length, new FileStoreOptions());

    private static byte[] Filled(byte value)
    {
        byte[] block = new byte[512];
        Array.Fill(block, value);
        return block;
    }
}
