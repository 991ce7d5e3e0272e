using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>Direct I/O through io_uring, with memory that is aligned, so that it really goes there.</summary>
[TestFixture]
public sealed class UringFileTests
{
    private const int Block = 4096;
    private const int Blocks = 256;
    private readonly DataBufferPool _pool = new();
    private TemporaryDirectory _directory = null!;
    private CountingRing? _ring;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [TestCase(1)]
    [TestCase(4)]
    [TestCase(128)]
    public async Task What_many_write_at_once_is_what_they_read(int entries)
    {
        await using FileStore store = Open(entries);
        byte[] model = new byte[Blocks * Block];
        new Random(entries).NextBytes(model);
        // Each task has blocks of its own, in the order of a shuffled deck, and more are under way than the ring has room for.
        int[] order = [.. Enumerable.Range(0, Blocks)];
        new Random(7).Shuffle(order);
        await Task.WhenAll(order.Select(block => Task.Run(() => WriteAndReadAsync(store, model, block))));
        Assert.That(_ring!.Started, Is.EqualTo(2 * Blocks), "all of it went through the ring");
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.Ok));
        Assert.That((await File.ReadAllBytesAsync(_directory["disk"])).AsSpan().SequenceEqual(model), Is.True);
    }

    [Test]
    public async Task A_read_across_the_cut_of_a_file_is_an_error_and_no_zeros()
    {
        await using FileStore store = Open(8);
        if (NativeFile.Truncate(_directory["disk"], 2 * Block) is { } refusal) Assert.Ignore(refusal);
        Memory<byte> memory = _pool.TryRent(4 * Block)!.Memory;
        Assert.That(await store.ReadAsync(0, memory[..(2 * Block)]), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.ReadAsync(0, memory), Is.EqualTo(StoreStatus.ReadError));
        Assert.That(await store.ReadAsync(8 * Block, memory), Is.EqualTo(StoreStatus.ReadError));
        Assert.That(_ring!.Started, Is.EqualTo(3));
        Assert.That(await store.WriteAsync(8 * Block, memory, StoreWriteOptions.None), Is.EqualTo(StoreStatus.WriteError));
        Assert.That(new FileInfo(_directory["disk"]).Length, Is.EqualTo(2 * Block), "no write made it longer");
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.FlushFailed));
    }

    [Test]
    public async Task Closing_waits_for_what_is_under_way_and_frees_the_file()
    {
        FileStore store = Open(8);
        Task<StoreStatus>[] running = [.. Enumerable.Range(0, 64).Select(i =>
            store.WriteAsync(i * Block, _pool.TryRent(Block)!.Memory, StoreWriteOptions.None).AsTask())];
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.Ok));
        Assert.That(running.Select(task => task.IsCompleted), Has.All.True);
        Assert.That(await Task.WhenAll(running), Has.All.EqualTo(StoreStatus.Ok));
        await using FileStore next = FileStore.Open(_directory["disk"], new FileStoreOptions());
        Assert.That(next.Length, Is.EqualTo(Blocks * Block));
    }

    [TestCase(1)] // EPERM: a container that hides it, or kernel.io_uring_disabled
    [TestCase(12)] // ENOMEM
    [TestCase(22)] // EINVAL: an older kernel
    [TestCase(24)] // EMFILE
    [TestCase(38)] // ENOSYS
    public async Task Where_the_kernel_refuses_threads_do_it_and_the_reason_is_logged_once(int error)
    {
        using var log = new RecordingLog();
        await using FileStore store = Open((file, alignment) => UringFile.Create(file, alignment, 8, Refuse(error)), log);
        Assert.That(_ring, Is.Null);
        (LogLevel level, EventId id, string message) = log.Entries.Single();
        Assert.That((level, id.Id, id.Name), Is.EqualTo((LogLevel.Warning, 203, "RingRefused")));
        Assert.That(message, Does.Contain(_directory["disk"]).And.Contain($"error {error})").And.Contain(Marshal.GetPInvokeErrorMessage(error)));
        await WriteAndReadAllAsync(store);
        Assert.That(log.Entries, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_the_kernel_itself_refuses_is_done_by_threads()
    {
        using var log = new RecordingLog();
        // No entries: EINVAL; ENOSYS or EPERM where there is no io_uring at all.
        await using FileStore store = Open((file, alignment) => UringFile.Create(file, alignment, 0), log);
        Assert.That(_ring, Is.Null);
        Assert.That(log.Entries.Single().Id.Id, Is.EqualTo(203));
        await WriteAndReadAllAsync(store);
    }

    [Test]
    public async Task Where_it_is_not_refused_nothing_is_logged()
    {
        using var log = new RecordingLog();
        await using FileStore store = Open(8, log);
        await WriteAndReadAllAsync(store);
        Assert.That(log.Entries, Is.Empty);
    }

    [TestCase(5, StoreStatus.ReadError)] // EIO
    [TestCase(19, StoreStatus.Gone)] // ENODEV
    [TestCase(14, StoreStatus.InternalError)] // EFAULT
    [TestCase(125, StoreStatus.Ok)] // ECANCELED: nobody was asked, so a thread asks
    [TestCase(11, StoreStatus.Ok)] // EAGAIN
    public async Task An_error_of_the_ring_is_told_and_what_is_none_is_tried_again(int error, StoreStatus status)
    {
        await using FileStore store = Open(8);
        _ring!.Answer = -error;
        Assert.That(await store.ReadAsync(0, _pool.TryRent(Block)!.Memory), Is.EqualTo(status));
    }

    [Test]
    public async Task What_is_too_short_is_done_again_from_its_beginning()
    {
        await using FileStore store = Open(8);
        Memory<byte> memory = _pool.TryRent(Block)!.Memory;
        memory.Span.Fill(7);
        _ring!.Answer = 512;
        Assert.That(await store.WriteAsync(0, memory, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        memory.Span.Clear();
        Assert.That(await store.ReadAsync(0, memory), Is.EqualTo(StoreStatus.Ok));
        Assert.That(memory.ToArray(), Has.All.EqualTo(7));
    }

    private async Task WriteAndReadAsync(FileStore store, byte[] model, int block)
    {
        DataBuffer buffer = _pool.TryRent(Block)!;
        Memory<byte> memory = buffer.Memory;
        model.AsSpan(block * Block, Block).CopyTo(memory.Span);
        StoreWriteOptions options = block % 16 == 0 ? StoreWriteOptions.ForceUnitAccess : StoreWriteOptions.None;
        Assert.That(await store.WriteAsync((long)block * Block, memory, options), Is.EqualTo(StoreStatus.Ok));
        memory.Span.Clear();
        Assert.That(await store.ReadAsync((long)block * Block, memory), Is.EqualTo(StoreStatus.Ok));
        Assert.That(memory.Span.SequenceEqual(model.AsSpan(block * Block, Block)), Is.True);
        _pool.Return(buffer);
    }

    private async Task WriteAndReadAllAsync(FileStore store)
    {
        byte[] model = new byte[Blocks * Block];
        new Random(1).NextBytes(model);
        await Task.WhenAll(Enumerable.Range(0, Blocks).Select(block => WriteAndReadAsync(store, model, block)));
    }

    private static UringSetup Refuse(int error) => (uint _, ref UringParameters _) =>
    {
        Marshal.SetLastPInvokeError(error);
        return -1;
    };

    private FileStore Open(int entries, RecordingLog? log = null)
    {
        FileStore store = Open((file, alignment) => UringFile.Create(file, alignment, entries), log);
        if (_ring is null) Assert.Ignore("This kernel, or what this process runs in, has no io_uring.");
        return store;
    }

    private FileStore Open(Func<SafeFileHandle, int, UringFile> makeRing, RecordingLog? log = null)
    {
        _ring = null;
        try
        {
            return FileStore.Open(_directory["disk"], new FileStoreOptions
            {
                Size = Blocks * Block,
                Direct = true,
                IoUring = true,
                LoggerFactory = log ?? (ILoggerFactory)NullLoggerFactory.Instance,
                MakeRing = (file, alignment) => _ring = new CountingRing(makeRing(file, alignment)),
            });
        }
        catch (FileStoreOpenException e) when (e.Error == FileStoreOpenError.DirectNotSupported)
        {
            Assert.Ignore(e.Message);
            throw;
        }
    }

    /// <summary>Counts what goes through a ring, or answers in its place.</summary>
    private sealed class CountingRing : IFileRing
    {
        private readonly UringFile _ring;
        private int _started;

        internal CountingRing(UringFile ring) => _ring = ring;

        internal int Started => Volatile.Read(ref _started);

        internal int? Answer { get; set; }

        public bool TryStart(FileOperation operation)
        {
            if (Answer is int answer)
            {
                operation.EndOnRing(answer);
                return true;
            }

            if (!_ring.TryStart(operation)) return false;
            Interlocked.Increment(ref _started);
            return true;
        }

        public void Dispose() => _ring.Dispose();
    }
}
