using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>What a file store makes of system calls that fail, over system calls that can be made to.</summary>
[TestFixture]
public sealed class FileStoreFaultTests
{
    private const int InputOutputError = 5; // EIO
    private const int NoSpaceLeft = 28; // ENOSPC
    private static readonly byte[] _block = Enumerable.Repeat((byte)0x5A, 512).ToArray();

    [Test]
    public async Task A_failed_flush_is_final()
    {
        bool fail = true;
        FakeFileIo io = new(8192)
        {
            During = (kind, _) =>
            {
                if (kind == FileOperationKind.Flush && fail) throw FakeFileIo.Failure(InputOutputError);
            },
        };
        FileStore store = Over(io);
        Assert.That(await store.WriteAsync(0, _block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.FlushFailed));
        fail = false;
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(await store.WriteAsync(0, _block, StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(await store.WriteAsync(0, _block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok), "promises nothing");
        Assert.That(await store.ReadAsync(0, new byte[512]), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(io.Flushes, Is.EqualTo(1), "a second fsync would say that all is well");
        Assert.That(io.IsDisposed, Is.True);
    }

    [Test]
    public async Task The_final_answer_is_the_first_one()
    {
        FakeFileIo io = new(8192)
        {
            During = (kind, _) =>
            {
                if (kind == FileOperationKind.Flush) throw FakeFileIo.Failure(NoSpaceLeft);
            },
        };
        FileStore store = Over(io);
        Assert.That(await store.WriteAsync(0, _block, StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.NoSpace));
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.NoSpace));
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.NoSpace));
    }

    [Test]
    public async Task With_write_through_a_failed_flush_fails_every_later_write_and_unmap()
    {
        FakeFileIo io = new(8192)
        {
            During = (kind, _) =>
            {
                if (kind == FileOperationKind.Flush) throw FakeFileIo.Failure(InputOutputError);
            },
        };
        FileStore store = Over(io, writeThrough: true);
        Assert.That(await store.WriteAsync(0, _block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(await store.WriteAsync(512, _block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(await ((IUnmapStore)store).UnmapAsync(0, 512), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(io.Flushes, Is.EqualTo(1));
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.FlushFailed));
    }

    [Test]
    public async Task Writing_through_puts_writes_and_unmaps_on_the_medium_before_the_answer()
    {
        FakeFileIo io = new(8192);
        await using FileStore store = Over(io, writeThrough: true);
        Assert.That(await store.WriteAsync(512, _block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        Assert.That(io.Medium.AsSpan(512, 512).SequenceEqual(_block), Is.True);
        Assert.That(await ((IUnmapStore)store).UnmapAsync(512, 512), Is.EqualTo(StoreStatus.Ok));
        Assert.That(io.Medium, Is.All.Zero);
    }

    [Test]
    public async Task A_failed_read_or_write_fails_alone()
    {
        FakeFileIo io = new(8192)
        {
            During = (_, offset) =>
            {
                if (offset == 512) throw FakeFileIo.Failure(InputOutputError);
            },
        };
        await using FileStore store = Over(io);
        Assert.That(await store.ReadAsync(512, new byte[512]), Is.EqualTo(StoreStatus.ReadError));
        Assert.That(await store.WriteAsync(512, _block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.WriteError));
        Assert.That(await store.WriteAsync(512, _block, StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.WriteError));
        Assert.That(await ((IUnmapStore)store).UnmapAsync(512, 512), Is.EqualTo(StoreStatus.WriteError));
        Assert.That(io.Flushes, Is.Zero, "what failed needs no flush");
        Assert.That(await store.WriteAsync(0, _block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.ReadAsync(0, new byte[512]), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok));
    }

    [Test]
    public async Task What_was_cut_off_is_neither_unmapped_nor_a_hole()
    {
        FakeFileIo io = new(8192);
        await using FileStore store = Over(io);
        io.Cut(4096);
        Assert.That(await ((IUnmapStore)store).UnmapAsync(4096, 4096), Is.EqualTo(StoreStatus.WriteError));
        Assert.That(await ((IUnmapStore)store).UnmapAsync(0, 4096), Is.EqualTo(StoreStatus.Ok));
        Assert.That((await ((IMappingStore)store).FindMappingAsync(4096, 4096)).Status, Is.EqualTo(StoreStatus.ReadError));
        await store.CloseAsync();
    }

    [Test]
    public async Task Where_the_room_is_may_be_unreadable_too()
    {
        FakeFileIo io = new(8192) { During = static (_, _) => throw FakeFileIo.Failure(InputOutputError) };
        FileStore store = Over(io);
        Assert.That((await ((IMappingStore)store).FindMappingAsync(0, 512)).Status, Is.EqualTo(StoreStatus.ReadError));
        await store.CloseAsync();
        Assert.That((await ((IMappingStore)store).FindMappingAsync(0, 512)).Status, Is.EqualTo(StoreStatus.Gone));
    }

    [Test]
    public async Task A_fault_of_the_program_is_an_internal_error_and_the_store_lives_on()
    {
        bool fail = true;
        FakeFileIo io = new(8192)
        {
            During = (kind, _) =>
            {
                if (kind == FileOperationKind.Read && fail) throw new InvalidOperationException();
            },
        };
        await using FileStore store = Over(io);
        Assert.That(await store.ReadAsync(0, new byte[512]), Is.EqualTo(StoreStatus.InternalError));
        fail = false;
        Assert.That(await store.ReadAsync(0, new byte[512]), Is.EqualTo(StoreStatus.Ok));
    }

    [Test]
    public async Task Reads_that_come_in_pieces_are_put_together()
    {
        FakeFileIo io = new(8192) { ReadLimit = 100 };
        await using FileStore store = Over(io);
        byte[] bytes = new byte[4096];
        new Random(3).NextBytes(bytes);
        Assert.That(await store.WriteAsync(4096, bytes, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        byte[] read = new byte[4096];
        Assert.That(await store.ReadAsync(4096, read), Is.EqualTo(StoreStatus.Ok));
        Assert.That(read, Is.EqualTo(bytes));
    }

    [Test]
    public async Task A_file_that_lost_its_name_is_gone_only_as_long_as_it_is()
    {
        FakeFileIo io = new(8192) { Identity = () => FileIdentity.Elsewhere };
        FileStore store = Over(io);
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Gone));
        Assert.That(await store.WriteAsync(0, _block, StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.Gone));
        io.Identity = () => FileIdentity.Same;
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok));
        io.Identity = () => FileIdentity.Shortened;
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.FlushFailed));
        io.Identity = () => FileIdentity.Same;
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.FlushFailed));
    }

    [Test]
    public async Task A_write_does_not_make_a_file_that_was_cut_look_whole()
    {
        FakeFileIo io = new(8192);
        FileStore store = Over(io);
        Assert.That(await store.WriteAsync(4096, _block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        io.Cut(1024);
        Assert.That(await store.WriteAsync(8192 - 512, _block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.WriteError));
        Assert.That(await store.ReadAsync(4096, new byte[512]), Is.EqualTo(StoreStatus.ReadError), "zeros would be a lie");
        Assert.That(await store.WriteAsync(512, _block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok), "what is left is there");
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.FlushFailed));
    }

    [Test]
    public async Task Flushes_that_are_asked_for_during_a_flush_share_one()
    {
        using SemaphoreSlim hold = new(0);
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int flushes = 0;
        FakeFileIo io = new(8192)
        {
            During = (kind, _) =>
            {
                if (kind != FileOperationKind.Flush || Interlocked.Increment(ref flushes) != 1) return;
                started.SetResult();
                hold.Wait();
            },
        };
        await using FileStore store = Over(io);
        Task<StoreStatus> first = store.FlushAsync().AsTask();
        await started.Task;
        Task<StoreStatus>[] others = Enumerable.Range(0, 31).Select(_ => store.FlushAsync().AsTask()).ToArray();
        hold.Release();
        Assert.That(await first, Is.EqualTo(StoreStatus.Ok));
        Assert.That(await Task.WhenAll(others), Is.All.EqualTo(StoreStatus.Ok));
        Assert.That(io.Flushes, Is.EqualTo(2));
    }

    [Test]
    public async Task Closing_waits_for_what_runs_then_flushes_then_closes_the_file()
    {
        using SemaphoreSlim hold = new(0);
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakeFileIo io = new(8192)
        {
            During = (kind, _) =>
            {
                if (kind != FileOperationKind.Write) return;
                started.SetResult();
                hold.Wait();
            },
        };
        FileStore store = Over(io);
        Task<StoreStatus> write = store.WriteAsync(0, _block, StoreWriteOptions.None).AsTask();
        await started.Task;
        Task<StoreStatus> closing = store.CloseAsync().AsTask();
        Task<StoreStatus> closingAgain = store.CloseAsync().AsTask();
        Assert.That(closing.IsCompleted, Is.False);
        Assert.That(await store.ReadAsync(0, new byte[512]), Is.EqualTo(StoreStatus.Gone), "nobody comes in any more");
        Assert.That(io.IsDisposed, Is.False);
        hold.Release();
        Assert.That(await write, Is.EqualTo(StoreStatus.Ok));
        Assert.That(await closing, Is.EqualTo(StoreStatus.Ok));
        Assert.That(await closingAgain, Is.EqualTo(StoreStatus.Ok));
        Assert.That(io.IsDisposed, Is.True);
        Assert.That(io.Medium.AsSpan(0, 512).SequenceEqual(_block), Is.True, "the last flush covers it");
    }

    [Test]
    public async Task Closing_races_with_operations_and_loses_none()
    {
        for (int round = 0; round < 200; round++)
        {
            FakeFileIo io = new(8192);
            FileStore store = Over(io);
            List<Task<StoreStatus>> running = [];
            Task<StoreStatus> closing = Task.Run(() => store.CloseAsync().AsTask());
            for (int i = 0; i < 16; i++)
            {
                running.Add(store.WriteAsync(i * 512, _block, (StoreWriteOptions)(i & 1)).AsTask());
                running.Add(store.FlushAsync().AsTask());
            }

            StoreStatus[] answers = await Task.WhenAll(running);
            Assert.That(await closing, Is.EqualTo(StoreStatus.Ok));
            Assert.That(io.IsDisposed, Is.True);
            byte[] medium = io.Medium;
            for (int i = 0; i < 16; i++)
            {
                Assert.That(answers[2 * i], Is.EqualTo(StoreStatus.Ok).Or.EqualTo(StoreStatus.Gone));
                bool isThere = medium.AsSpan(i * 512, 512).SequenceEqual(_block);
                Assert.That(isThere, Is.EqualTo(answers[2 * i] == StoreStatus.Ok), $"write {i} of round {round}");
            }
        }
    }

    [Test]
    public async Task Disposing_throws_a_failure_that_nobody_was_told()
    {
        FileStore untold = Over(FailingFlush());
        Assert.That(async () => await untold.DisposeAsync(), Throws.InstanceOf<IOException>());
        FileStore told = Over(FailingFlush());
        Assert.That(await told.CloseAsync(), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(async () => await told.DisposeAsync(), Throws.Nothing);

        static FakeFileIo FailingFlush() => new(8192)
        {
            During = (kind, _) =>
            {
                if (kind == FileOperationKind.Flush) throw FakeFileIo.Failure(InputOutputError);
            },
        };
    }

    [Test]
    public async Task A_file_that_cannot_be_closed_hides_no_failure_and_ends_the_close()
    {
        bool fail = false;
        foreach (StoreStatus expected in new[] { StoreStatus.FlushFailed, StoreStatus.InternalError })
        {
            fail = !fail;
            FakeFileIo io = new(8192)
            {
                ClosingFailure = new InvalidOperationException(),
                During = (_, _) =>
                {
                    if (fail) throw FakeFileIo.Failure(InputOutputError);
                },
            };
            Assert.That(await Over(io).CloseAsync(), Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task A_caller_is_never_held_up_by_the_system_call()
    {
        using SemaphoreSlim hold = new(0);
        FakeFileIo io = new(8192) { During = (_, _) => hold.Wait() };
        FileStore store = Over(io);
        // Each call returns although the system call does not.
        Task<StoreStatus>[] running =
        [
            store.ReadAsync(0, new byte[512]).AsTask(),
            store.WriteAsync(0, _block, StoreWriteOptions.ForceUnitAccess).AsTask(),
            store.FlushAsync().AsTask(),
            ((IUnmapStore)store).UnmapAsync(0, 512).AsTask(),
        ];
        Assert.That(running.Select(task => task.IsCompleted), Is.All.False);
        hold.Release(100);
        Assert.That(await Task.WhenAll(running), Is.All.EqualTo(StoreStatus.Ok));
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.Ok));
    }

    [Test]
    public async Task Consuming_an_answer_twice_is_caught_and_disturbs_nobody()
    {
        await using FileStore store = Over(new FakeFileIo(8192));
        ValueTask<StoreStatus> first = default;
        Keep(ref first, store.ReadAsync(0, new byte[512]));
        Assert.That(await first, Is.EqualTo(StoreStatus.Ok));
        Assert.That(async () => await first, Throws.InstanceOf<InvalidOperationException>());
        Assert.That(await store.ReadAsync(0, new byte[512]), Is.EqualTo(StoreStatus.Ok));

        static void Keep(ref ValueTask<StoreStatus> slot, ValueTask<StoreStatus> task) => slot = task;
    }

    [Test]
    public async Task Only_a_store_that_can_unmap_says_so()
    {
        await using FileStore plain = FileStore.Over(new FakeFileIo(8192, canPunchHoles: false), 8192, new FileStoreOptions());
        Assert.That(plain, Is.Not.InstanceOf<IUnmapStore>());
        await using FileStore readOnly = FileStore.Over(new FakeFileIo(8192), 8192, new FileStoreOptions { ReadOnly = true });
        Assert.That(readOnly, Is.Not.InstanceOf<IUnmapStore>());
        await using FileStore sparse = Over(new FakeFileIo(8192));
        Assert.That(((IUnmapStore)sparse).UnmapGranularity, Is.EqualTo(4096));
    }

    private static FileStore Over(FakeFileIo io, bool writeThrough = false) =>
        FileStore.Over(io, 8192, new FileStoreOptions { WriteThrough = writeThrough });
}
