using System;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>A directory for a real file, on a disk or in memory.</summary>
internal abstract class LendingFileFixture
{
    protected const int Size = 4 << 20;

    private string _directory = null!;

    protected LendingFileFixture(string where) => IsInMemory = where == "memory";

    protected bool IsInMemory { get; }

    protected string FilePath { get; private set; } = null!;

    [SetUp]
    public void MakeDirectory()
    {
        _directory = Path.Combine(IsInMemory ? "/dev/shm" : Path.GetTempPath(), $"scst-lending-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_directory);
        FilePath = Path.Combine(_directory, "disk");
    }

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(_directory, recursive: true);

    protected static byte[] Random(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected static async Task<byte[]> FillAsync(FileStore store, int offset, int length, int seed = 1)
    {
        byte[] bytes = Random(length, seed);
        Assert.That(await store.WriteAsync(offset, bytes, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        return bytes;
    }
}
