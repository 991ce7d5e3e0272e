using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>A sparse disk on a file system of 1 MiB that really runs full.</summary>
[TestFixture]
public sealed class FileStoreNoSpaceTests
{
    private TemporaryDirectory _directory = null!;
    private string _mount = null!;
    private bool _isMounted;

    [SetUp]
    public void Mount()
    {
        _directory = new TemporaryDirectory();
        _mount = Directory.CreateDirectory(_directory["small"]).FullName;
        string? refusal = NativeFile.MountTmpfs(_mount, "size=1m");
        _isMounted = refusal is null;
        if (refusal is not null) Assert.Ignore($"No file system of 1 MiB could be mounted: {refusal}");
    }

    [TearDown]
    public void Unmount()
    {
        string? refusal = _isMounted ? NativeFile.Unmount(_mount) : null;
        Assert.That(refusal, Is.Null);
        _directory.Dispose();
    }

    [Test]
    public async Task A_full_file_system_is_no_space_and_unmapping_makes_room_again()
    {
        await using FileStore store = FileStore.Open(Path.Combine(_mount, "disk"), new FileStoreOptions { Size = 16 << 20 });
        byte[] bytes = Enumerable.Repeat((byte)0x5A, 768 << 10).ToArray();
        Assert.That(await store.WriteAsync(0, bytes, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        // Begins where there is room and ends where there is none: the system writes a part of it.
        Assert.That(await store.WriteAsync(768 << 10, bytes, StoreWriteOptions.None), Is.EqualTo(StoreStatus.NoSpace));
        Assert.That(await store.WriteAsync(8 << 20, bytes.AsMemory(0, 4096), StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.NoSpace));

        byte[] read = new byte[768 << 10];
        Assert.That(await store.ReadAsync(0, read), Is.EqualTo(StoreStatus.Ok));
        Assert.That(read.AsSpan().SequenceEqual(bytes), Is.True, "what was there is still there");
        Assert.That(await store.WriteAsync(0, bytes, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok), "where there is room already");
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok));

        Assert.That(store, Is.InstanceOf<IUnmapStore>());
        Assert.That(await ((IUnmapStore)store).UnmapAsync(0, 1 << 20), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.WriteAsync(8 << 20, bytes, StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.Ok));
    }

    [Test]
    public async Task A_thin_disk_on_a_full_file_system_fails_what_needs_room_and_nothing_else()
    {
        FileStore store = FileStore.Open(Path.Combine(_mount, "disk"), new FileStoreOptions { Size = 16 << 20 });
        await using TestDisk disk = await TestDisk.CreateAsync(store, new DiskOptions { Thin = true });
        byte[] block = [.. Enumerable.Repeat((byte)0x5A, 512)];
        await disk.GoodAsync(Cdb.WriteSame(16, 0, 1536), dataOut: block);
        await disk.FailsAsync(SenseKey.DataProtect, 0x27, 0x07, Cdb.WriteSame(16, 1536, 1536), dataOut: block);
        await disk.FailsAsync(SenseKey.DataProtect, 0x27, 0x07, Cdb.Write(10, 20000, 8), dataOut: new byte[4096]);
        await disk.GoodAsync(Cdb.Write(10, 0, 1, Cdb.Fua), dataOut: block);
        await disk.GoodAsync(Cdb.WriteSame(16, 8, 8), dataOut: block);
        Assert.That(await disk.ReadAsync(0, 1536), Is.All.EqualTo(0x5A));
        byte[] list = Cdb.UnmapList((0, 2048));
        await disk.GoodAsync(Cdb.Unmap(list.Length), dataOut: list);
        Assert.That(await disk.ReadAsync(0, 2048), Is.All.Zero);
        await disk.GoodAsync(Cdb.WriteSame(16, 20000, 1536), dataOut: block);
        await disk.GoodAsync(Cdb.SynchronizeCache(10));
    }

    [Test]
    public async Task A_full_file_system_is_known_before_a_write_in_place_is_taken_for_written()
    {
        await using FileStore store = FileStore.Open(
            Path.Combine(_mount, "disk"),
            new FileStoreOptions { Size = 16 << 20, SmallestZeroCopyWrite = 4096, ScheduleLook = static look => look.Execute() });
        ILendingStore lender = store;
        byte[] bytes = Enumerable.Repeat((byte)0x5A, 128 << 10).ToArray();
        Assert.That(await store.WriteAsync(0, bytes, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        lender.Written(0, bytes.Length);
        Assert.That(lender.TryLendForWriting(0, bytes.Length, out PageLoan loan), Is.True);
        Assert.That(await ((IUnmapStore)store).UnmapAsync(64 << 10, 64 << 10), Is.EqualTo(StoreStatus.Ok));
        await File.WriteAllBytesAsync(Path.Combine(_mount, "other"), new byte[900 << 10]);
        int received = NativeFile.Receive(loan.Address, bytes);
        Assert.That(received, Is.InRange(64 << 10, bytes.Length - 1), "There is no room for what was a hole by then.");
        Assert.That(await store.WriteAsync(received, bytes.AsMemory(received), StoreWriteOptions.None), Is.EqualTo(StoreStatus.NoSpace));
        loan.Return();
        Assert.That(lender.TryLendForWriting(0, 64 << 10, out PageLoan rest), Is.True, "Where there is room.");
        rest.Return();
    }

    [Test]
    public void A_read_only_file_system_denies_a_writable_store()
    {
        string path = Path.Combine(_mount, "disk");
        File.WriteAllBytes(path, new byte[1024]);
        Assert.That(NativeFile.RemountReadOnly(_mount), Is.Null);
        FileStoreOpenException? e = Assert.Throws<FileStoreOpenException>(() => FileStore.Open(path, new FileStoreOptions()));
        Assert.That(e!.Error, Is.EqualTo(FileStoreOpenError.AccessDenied));
    }

    [Test]
    public async Task A_read_only_file_system_serves_a_read_only_store()
    {
        string path = Path.Combine(_mount, "disk");
        await File.WriteAllBytesAsync(path, new byte[1024]);
        Assert.That(NativeFile.RemountReadOnly(_mount), Is.Null);
        await using FileStore store = FileStore.Open(path, new FileStoreOptions { ReadOnly = true });
        Assert.That(await store.ReadAsync(0, new byte[1024]), Is.EqualTo(StoreStatus.Ok));
    }
}
