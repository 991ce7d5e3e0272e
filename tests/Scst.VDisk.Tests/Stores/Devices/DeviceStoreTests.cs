using System;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Testing;

namespace Scst.VDisk.Tests;

/// <summary>The contract on real block devices, through the page cache and by it.</summary>
[TestFixture(512, false)]
[TestFixture(512, true)]
[TestFixture(4096, true)]
public sealed class DeviceStoreTests : BlockStoreContract
{
    private readonly int _blockLength;
    private readonly bool _direct;
    private TemporaryDirectory _directory = null!;
    private int _files;

    public DeviceStoreTests(int blockLength, bool direct)
    {
        _blockLength = blockLength;
        _direct = direct;
    }

    protected override int BlockSize => _blockLength;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [Test]
    public async Task What_was_flushed_is_in_the_file_below()
    {
        using LoopDevice device = LoopDevice.Create(_directory["disk"], 1 << 20, _blockLength);
        byte[] bytes = new byte[2 * _blockLength];
        new Random(1).NextBytes(bytes);
        await using FileStore store = FileStore.OpenDevice(device.Path, new FileStoreOptions { Direct = _direct });
        Assert.That(await store.WriteAsync(8192, bytes, StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.Ok));
        byte[] below = await File.ReadAllBytesAsync(_directory["disk"]);
        Assert.That(below.AsSpan(8192, bytes.Length).SequenceEqual(bytes), Is.True);
    }

    [Test]
    public async Task It_says_what_the_device_says()
    {
        using LoopDevice device = LoopDevice.Create(_directory["disk"], 1 << 20, _blockLength);
        await using FileStore store = FileStore.OpenDevice(device.Path, new FileStoreOptions { Direct = _direct });
        string queue = $"/sys/block/{Path.GetFileName(device.Path)}/queue/";
        Assert.That(store.Length, Is.EqualTo(1 << 20));
        Assert.That(store.PhysicalBlockSize, Is.EqualTo(Number("physical_block_size")).And.GreaterThanOrEqualTo(_blockLength));
        Assert.That(store.OptimalTransferSize, Is.EqualTo(Number("optimal_io_size")));
        Assert.That(store.MaxTransferSize, Is.EqualTo(Math.Min(Number("max_sectors_kb") * 1024, 65535 * 512)).And.GreaterThan(0));
        Assert.That(store.MediumRotationRate, Is.EqualTo(Number("rotational") == 0 ? 1 : 0));
        Assert.That(store.LogicalBlockSize, Is.EqualTo(_direct ? _blockLength : 0));
        Assert.That(store.HasVolatileWriteCache, Is.True);

        long Number(string name) => long.Parse(File.ReadAllText(queue + name), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Test]
    public async Task A_device_in_use_is_refused_and_free_again_when_closed()
    {
        using LoopDevice device = LoopDevice.Create(_directory["disk"], 1 << 20, _blockLength);
        var options = new FileStoreOptions { Direct = _direct };
        await using (FileStore store = FileStore.OpenDevice(device.Path, options))
        {
            AssertRefused(device.Path, options, FileStoreOpenError.InUse);
            AssertRefused(device.Path, options with { ReadOnly = true }, FileStoreOpenError.InUse);
        }

        await using FileStore again = FileStore.OpenDevice(device.Path, options);
        Assert.That(await again.FlushAsync(), Is.EqualTo(StoreStatus.Ok));
    }

    [Test]
    public async Task A_device_that_may_not_be_written_is_a_read_only_store([Values] bool isAsked)
    {
        using LoopDevice device = LoopDevice.Create(_directory["disk"], 1 << 20, _blockLength, isReadOnly: true);
        await using FileStore store = FileStore.OpenDevice(device.Path, new FileStoreOptions { Direct = _direct, ReadOnly = isAsked });
        Assert.That(store.IsReadOnly, Is.True);
        Assert.That(store.HasVolatileWriteCache, Is.False);
        Assert.That(await store.ReadAsync(0, new byte[4096]), Is.EqualTo(StoreStatus.Ok));
        Assert.That(await store.WriteAsync(0, new byte[4096], StoreWriteOptions.None), Is.EqualTo(StoreStatus.ReadOnly));
    }

    [Test]
    public void A_size_that_is_not_its_own_is_refused()
    {
        using LoopDevice device = LoopDevice.Create(_directory["disk"], 1 << 20, _blockLength);
        AssertRefused(device.Path, new FileStoreOptions { Direct = _direct, Size = 2 << 20 }, FileStoreOpenError.SizeMismatch);
    }

    [Test]
    public async Task A_device_that_became_smaller_fails_the_next_flush_for_good()
    {
        using LoopDevice device = LoopDevice.Create(_directory["disk"], 1 << 20, _blockLength);
        await using FileStore store = FileStore.OpenDevice(device.Path, new FileStoreOptions { Direct = _direct });
        Assert.That(NativeFile.Truncate(_directory["disk"], 1 << 16), Is.Null);
        device.Resize();
        Assert.That(await store.ReadAsync(1 << 17, new byte[4096]), Is.EqualTo(StoreStatus.ReadError));
        Assert.That(await store.WriteAsync(1 << 17, new byte[4096], StoreWriteOptions.None), Is.EqualTo(StoreStatus.WriteError));
        Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.FlushFailed));
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.FlushFailed));
    }

    [Test]
    public void What_is_no_block_device_is_refused()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("Block devices are served on Linux only.");
        File.WriteAllBytes(_directory["file"], new byte[4096]);
        AssertRefused(_directory["file"], new FileStoreOptions(), FileStoreOpenError.NotADevice);
        AssertRefused("/dev", new FileStoreOptions(), FileStoreOpenError.NotADevice);
        AssertRefused("/dev/null", new FileStoreOptions(), FileStoreOpenError.NotADevice);
        AssertRefused(_directory["missing"], new FileStoreOptions { Size = 4096 }, FileStoreOpenError.NotFound);
        Assert.That(File.Exists(_directory["missing"]), Is.False);
    }

    [Test]
    public void A_device_is_not_opened_as_a_file()
    {
        using LoopDevice device = LoopDevice.Create(_directory["disk"], 1 << 20, _blockLength);
        FileStoreOpenException? e = Assert.Throws<FileStoreOpenException>(() => FileStore.Open(device.Path, new FileStoreOptions()));
        Assert.That(e!.Error, Is.EqualTo(FileStoreOpenError.NotAFile));
    }

    protected override ValueTask<IBlockStore> CreateAsync(long length)
    {
        LoopDevice device = LoopDevice.Create(_directory[$"disk{_files++}"], length, _blockLength);
        return new ValueTask<IBlockStore>(new OwningStore(FileStore.OpenDevice(device.Path, new FileStoreOptions { Direct = _direct }), device));
    }

    private static void AssertRefused(string path, FileStoreOptions options, FileStoreOpenError error)
    {
        FileStoreOpenException? e = Assert.Throws<FileStoreOpenException>(() => FileStore.OpenDevice(path, options));
        Assert.That(e!.Error, Is.EqualTo(error));
        Assert.That(e.Message, Does.Contain(path));
    }
}
