using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Testing;

namespace Scst.VDisk.Tests;

/// <summary>The contract on real files with direct I/O, in blocks of a page.</summary>
[TestFixture(false, false)]
[TestFixture(true, false)]
[TestFixture(false, true)]
[TestFixture(true, true)]
public sealed class DirectFileStoreTests : BlockStoreContract
{
    private readonly bool _writeThrough;
    private readonly bool _ioUring;
    private TemporaryDirectory _directory = null!;
    private int _files;

    public DirectFileStoreTests(bool writeThrough, bool ioUring)
    {
        _writeThrough = writeThrough;
        _ioUring = ioUring;
    }

    protected override int BlockSize => 4096;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [Test]
    public async Task The_file_is_really_open_for_direct_IO()
    {
        await using FileStore store = Open(_directory["disk"], 1 << 20);
        Assert.That(IsDirect(_directory["disk"]), Is.True);
    }

    [Test]
    public async Task Without_direct_IO_it_is_not()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("/proc is Linux's.");
        await using FileStore store = FileStore.Open(_directory["disk"], new FileStoreOptions { Size = 1 << 20 });
        Assert.That(IsDirect(_directory["disk"]), Is.False);
    }

    [Test]
    public async Task The_bytes_are_in_the_file_at_their_offset()
    {
        byte[] block = new byte[4096];
        new Random(1).NextBytes(block);
        await using (FileStore store = Open(_directory["disk"], 16384))
        {
            Assert.That(await store.WriteAsync(8192, block, StoreWriteOptions.ForceUnitAccess), Is.EqualTo(StoreStatus.Ok));
            Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.Ok));
        }

        byte[] expected = new byte[16384];
        block.CopyTo(expected, 8192);
        Assert.That(await File.ReadAllBytesAsync(_directory["disk"]), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_file_cut_short_gives_a_read_error_and_no_zeros()
    {
        await using FileStore store = Open(_directory["disk"], 16384);
        if (NativeFile.Truncate(_directory["disk"], 8192 + 100) is { } refusal) Assert.Ignore(refusal);
        Assert.That(await store.ReadAsync(0, new byte[8192]), Is.EqualTo(StoreStatus.Ok), "what is left");
        Assert.That(await store.ReadAsync(0, new byte[16384]), Is.EqualTo(StoreStatus.ReadError), "across the cut");
        Assert.That(await store.ReadAsync(12288, new byte[4096]), Is.EqualTo(StoreStatus.ReadError), "behind the cut");
        Assert.That(await store.WriteAsync(12288, new byte[4096], StoreWriteOptions.None), Is.EqualTo(StoreStatus.WriteError));
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.FlushFailed));
    }

    [Test]
    public async Task Nothing_is_lent()
    {
        await using FileStore store = Open(_directory["disk"], 1 << 20);
        ILendingStore lender = store;
        Assert.That(lender.SmallestLoan, Is.EqualTo(int.MaxValue));
        Assert.That(lender.TryLend(0, 65536, out _), Is.False);
    }

    [Test]
    public void A_file_system_without_direct_IO_is_refused()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("/proc is Linux's.");
        FileStoreOpenException? e = Assert.Throws<FileStoreOpenException>(
            () => FileStore.Open("/proc/version", new FileStoreOptions { ReadOnly = true, Direct = true }));
        Assert.That(e!.Error, Is.EqualTo(FileStoreOpenError.DirectNotSupported));
    }

    [Test]
    public void A_size_that_direct_IO_does_not_admit_is_refused_and_leaves_nothing_behind()
    {
        // No kernel tells of an alignment in memory, where a page serves everywhere.
        string mount = Directory.CreateDirectory(_directory["memory"]).FullName;
        if (NativeFile.MountTmpfs(mount, "size=1m") is { } refusal) Assert.Ignore($"No file system in memory could be mounted: {refusal}");
        try
        {
            string path = Path.Combine(mount, "disk");
            AssertNotAligned(path, new FileStoreOptions { Size = 4096 + 512, Direct = true });
            Assert.That(File.Exists(path), Is.False);
            File.WriteAllBytes(path, []);
            AssertNotAligned(path, new FileStoreOptions { Size = 4096 + 512, Direct = true });
            Assert.That(new FileInfo(path).Length, Is.Zero);
            File.WriteAllBytes(path, new byte[512]);
            AssertNotAligned(path, new FileStoreOptions { Direct = true });
        }
        finally
        {
            Assert.That(NativeFile.Unmount(mount), Is.Null);
        }
    }

    [TestCase(0u, 0u, null)]
    [TestCase(512u, 0u, null)]
    [TestCase(4u, 512u, 512)]
    [TestCase(512u, 4096u, 4096)]
    [TestCase(3u, 512u, null)]
    [TestCase(512u, 0x8000_0000u, null)]
    public void What_the_kernel_says_is_believed_if_it_makes_sense(uint memory, uint offset, int? unit) =>
        Assert.That(LinuxDirect.Told(memory, offset)?.Offset, Is.EqualTo(unit));

    protected override ValueTask<IBlockStore> CreateAsync(long length) => new(Open(_directory[$"disk{_files++}"], length));

    private static void AssertNotAligned(string path, FileStoreOptions options)
    {
        FileStoreOpenException? e = Assert.Throws<FileStoreOpenException>(() => FileStore.Open(path, options));
        if (e!.Error == FileStoreOpenError.DirectNotSupported) Assert.Ignore("This kernel has no direct I/O for files in memory.");
        Assert.That(e.Error, Is.EqualTo(FileStoreOpenError.NotAligned));
        Assert.That(e.Message, Does.Contain("4096"));
    }

    /// <summary>Whether this process has the file open with O_DIRECT: 040000 in octal, 0200000 on ARM.</summary>
    private static bool IsDirect(string path)
    {
        string link = Directory.EnumerateFiles("/proc/self/fd").First(fd => new FileInfo(fd).LinkTarget == path);
        string line = File.ReadLines($"/proc/self/fdinfo/{Path.GetFileName(link)}").First(text => text.StartsWith("flags:", StringComparison.Ordinal));
        int flags = Convert.ToInt32(line[6..].Trim(), 8);
        return (flags & (System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture is
            System.Runtime.InteropServices.Architecture.Arm64 or System.Runtime.InteropServices.Architecture.Arm ? 0x10000 : 0x4000)) != 0;
    }

    private FileStore Open(string path, long size)
    {
        try
        {
            return FileStore.Open(path, new FileStoreOptions { Size = size, WriteThrough = _writeThrough, Direct = true, IoUring = _ioUring });
        }
        catch (FileStoreOpenException e) when (e.Error == FileStoreOpenError.DirectNotSupported)
        {
            Assert.Ignore(e.Message);
            throw;
        }
    }
}
