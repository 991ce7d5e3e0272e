using System;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Testing;

namespace Scst.VDisk.Tests;

/// <summary>The contract on real files, once with the page cache and once writing through it.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class FileStoreTests : BlockStoreContract
{
    private readonly bool _writeThrough;
    private TemporaryDirectory _directory = null!;
    private int _files;

    public FileStoreTests(bool writeThrough) => _writeThrough = writeThrough;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [Test]
    public async Task A_range_outside_is_misuse_and_does_not_grow_the_file()
    {
        string path = _directory["disk"];
        FileStoreOptions options = new() { Size = 1024, WriteThrough = _writeThrough };
        await using (FileStore store = FileStore.Open(path, options))
        {
            foreach ((long offset, int count) in StoreRanges.Outside(1024))
            {
                Assert.That(() => store.ReadAsync(offset, new byte[count]), Throws.InstanceOf<ArgumentOutOfRangeException>());
                Assert.That(
                    () => store.WriteAsync(offset, new byte[count], StoreWriteOptions.None),
                    Throws.InstanceOf<ArgumentOutOfRangeException>());
                if (store is IUnmapStore unmap)
                    Assert.That(() => unmap.UnmapAsync(offset, count), Throws.InstanceOf<ArgumentOutOfRangeException>());
            }
        }

        Assert.That(new FileInfo(path).Length, Is.EqualTo(1024));
    }

    [Test]
    public async Task The_bytes_are_in_the_file_at_their_offset()
    {
        string path = _directory["disk"];
        byte[] block = new byte[512];
        new Random(1).NextBytes(block);
        await using (FileStore store = FileStore.Open(path, new FileStoreOptions { Size = 4096, WriteThrough = _writeThrough }))
            Assert.That(await store.WriteAsync(1024, block, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        byte[] all = await File.ReadAllBytesAsync(path);
        byte[] expected = new byte[4096];
        block.CopyTo(expected, 1024);
        Assert.That(all, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_read_only_store_reads_and_refuses_writes()
    {
        string path = _directory["disk"];
        await File.WriteAllBytesAsync(path, new byte[1024]);
        FileStoreOptions options = new() { ReadOnly = true, WriteThrough = _writeThrough };
        await using FileStore store = FileStore.Open(path, options);
        await using FileStore other = FileStore.Open(path, options);
        Assert.That(store.IsReadOnly, Is.True);
        Assert.That(store.HasVolatileWriteCache, Is.False);
        Assert.That(store, Is.Not.InstanceOf<IUnmapStore>());
        Assert.That(await store.ReadAsync(512, new byte[512]), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await other.ReadAsync(0, new byte[512]), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.WriteAsync(0, new byte[512], StoreWriteOptions.None), Is.EqualTo(StoreStatus.ReadOnly));
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.Ok));
    }

    [Test]
    public async Task There_is_a_volatile_cache_unless_every_write_goes_through_it()
    {
        await using FileStore store = FileStore.Open(_directory["disk"], new FileStoreOptions { Size = 512, WriteThrough = _writeThrough });
        Assert.That(store.HasVolatileWriteCache, Is.EqualTo(!_writeThrough));
    }

    [Test]
    public async Task A_closed_store_is_gone()
    {
        FileStore store = FileStore.Open(_directory["disk"], new FileStoreOptions { Size = 512, WriteThrough = _writeThrough });
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.Ok));
        await store.DisposeAsync();
        Assert.That(await store.ReadAsync(0, new byte[512]), Is.EqualTo(StoreStatus.Gone));
        Assert.That(await store.WriteAsync(0, new byte[512], StoreWriteOptions.None), Is.EqualTo(StoreStatus.Gone));
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Gone));
    }

    [Test]
    public async Task A_file_cut_short_gives_a_read_error_and_no_zeros()
    {
        string path = _directory["disk"];
        await using FileStore store = FileStore.Open(path, new FileStoreOptions { Size = 8192, WriteThrough = _writeThrough });
        Truncate(path, 4096 + 100);
        Assert.That(await store.ReadAsync(0, new byte[4096]), Is.EqualTo(StoreStatus.Ok), "what is left");
        Assert.That(await store.ReadAsync(4096, new byte[512]), Is.EqualTo(StoreStatus.ReadError), "half a block");
        Assert.That(await store.ReadAsync(0, new byte[8192]), Is.EqualTo(StoreStatus.ReadError), "across the cut");
        Assert.That(await store.ReadAsync(7680, new byte[512]), Is.EqualTo(StoreStatus.ReadError), "behind the cut");
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.FlushFailed));
        Truncate(path, 8192);
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.FlushFailed), "the bytes do not come back with the length");
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.FlushFailed));
    }

    [Test]
    public async Task A_flush_claims_nothing_for_a_file_that_was_unlinked()
    {
        string path = _directory["disk"];
        FileStore store = FileStore.Open(path, new FileStoreOptions { Size = 8192, WriteThrough = _writeThrough });
        File.Delete(path);
        await AssertGoneAsync(store);
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.Gone));
    }

    [Test]
    public async Task A_flush_claims_nothing_for_a_file_that_was_replaced()
    {
        string path = _directory["disk"];
        FileStore store = FileStore.Open(path, new FileStoreOptions { Size = 8192, WriteThrough = _writeThrough });
        await File.WriteAllBytesAsync(_directory["new"], new byte[8192]);
        File.Move(_directory["new"], path, overwrite: true);
        await AssertGoneAsync(store);
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.Gone));
    }

    [Test]
    public async Task A_file_that_was_moved_away_and_back_is_flushed_again()
    {
        string path = _directory["disk"];
        FileStore store = FileStore.Open(path, new FileStoreOptions { Size = 8192, WriteThrough = _writeThrough });
        File.Move(path, _directory["away"]);
        await AssertGoneAsync(store);
        File.Move(_directory["away"], path);
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.Ok));
    }

    [Test]
    public async Task A_symbolic_link_leads_to_the_file()
    {
        await File.WriteAllBytesAsync(_directory["disk"], new byte[8192]);
        File.CreateSymbolicLink(_directory["link"], _directory["disk"]);
        await using FileStore store = FileStore.Open(_directory["link"], new FileStoreOptions { WriteThrough = _writeThrough });
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok));
        File.Delete(_directory["link"]);
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Gone));
        File.CreateSymbolicLink(_directory["link"], _directory["disk"]);
    }

    protected override ValueTask<IBlockStore> CreateAsync(long length)
    {
        FileStoreOptions options = new() { Size = length, WriteThrough = _writeThrough };
        return new ValueTask<IBlockStore>(FileStore.Open(_directory[$"disk{_files++}"], options));
    }

    private static void Truncate(string path, long length)
    {
        // A program that takes no lock, as most that truncate.
        if (NativeFile.Truncate(path, length) is { } refusal) Assert.Ignore(refusal);
    }

    private async Task AssertGoneAsync(FileStore store)
    {
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Gone));
        Assert.That(await store.WriteAsync(0, new byte[512], StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.Gone));
        StoreStatus plain = _writeThrough ? StoreStatus.Gone : StoreStatus.Ok;
        Assert.That(await store.WriteAsync(0, new byte[512], StoreWriteOptions.None), Is.EqualTo(plain));
        Assert.That(await store.ReadAsync(0, new byte[512]), Is.EqualTo(StoreStatus.Ok));
    }
}
