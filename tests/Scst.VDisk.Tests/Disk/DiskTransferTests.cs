using System;
using System.Linq;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>READ, WRITE, WRITE AND VERIFY (SBC-5) on real stores, of both usual block lengths.</summary>
[TestFixture("ram", 512)]
[TestFixture("ram", 4096)]
[TestFixture("file", 512)]
[TestFixture("file", 4096)]
[TestFixture("array", 1024)]
internal sealed class DiskTransferTests
{
    private const int Blocks = 641;

    private readonly string _kind;
    private readonly int _blockLength;
    private TemporaryDirectory _directory = null!;
    private int _files;

    public DiskTransferTests(string kind, int blockLength)
    {
        _kind = kind;
        _blockLength = blockLength;
    }

    [OneTimeSetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [OneTimeTearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public async Task What_each_write_writes_each_read_reads([Values(6, 10, 12, 16)] int write, [Values(6, 10, 12, 16)] int read)
    {
        await using TestDisk disk = await CreateAsync();
        byte[] data = Random(3, seed: write * 16 + read);
        await disk.GoodAsync(Cdb.Write(write, 638, 3), dataOut: data);
        byte[] back = new byte[data.Length];
        await disk.GoodAsync(Cdb.Read(read, 638, 3), dataIn: back);
        Assert.That(back, Is.EqualTo(data));
        Assert.That(await disk.ReadAsync(637, 1), Is.All.Zero, "the block before");
    }

    [Test]
    public async Task Write_and_verify_writes([Values(10, 12, 16)] int length, [Values(0, 1)] int byteCheck)
    {
        await using TestDisk disk = await CreateAsync();
        byte[] data = Random(5, seed: length);
        await disk.GoodAsync(Cdb.WriteAndVerify(length, 7, 5, byteCheck), dataOut: data);
        Assert.That(await disk.ReadAsync(7, 5), Is.EqualTo(data));
    }

    [Test]
    public async Task A_transfer_length_of_zero_is_256_blocks_in_six_bytes_and_nothing_in_more()
    {
        await using TestDisk disk = await CreateAsync();
        byte[] data = Random(256, seed: 6);
        await disk.GoodAsync(Cdb.Write(6, 100, 0), dataOut: data);
        byte[] back = new byte[data.Length];
        await disk.GoodAsync(Cdb.Read(6, 100, 0), dataIn: back);
        Assert.That(back, Is.EqualTo(data));
        foreach (int length in new[] { 10, 12, 16 })
        {
            await disk.GoodAsync(Cdb.Read(length, 640, 0));
            await disk.GoodAsync(Cdb.Write(length, 640, 0));
            if (length != 12)
                await disk.GoodAsync(Cdb.SynchronizeCache(length, 640, 0));
            await disk.GoodAsync(Cdb.WriteAndVerify(length, 640, 0, 1));
            foreach (int byteCheck in new[] { 0, 1, 3 })
                await disk.GoodAsync(Cdb.Verify(length, 640, 0, byteCheck));
        }
    }

    [Test]
    public async Task A_transfer_of_several_segments_is_whole()
    {
        // More than two of the largest pool buffers of 1 MiB, and not a multiple.
        int blocks = (2 << 20) / _blockLength + 3;
        await using TestDisk disk = await CreateAsync(blocks + 2);
        byte[] data = Random(blocks, seed: 77);
        foreach (byte options in new byte[] { 0, Cdb.Fua, Cdb.Dpo | Cdb.Fua })
        {
            await disk.GoodAsync(Cdb.Write(16, 1, (uint)blocks, options), dataOut: data);
            byte[] back = new byte[data.Length];
            await disk.GoodAsync(Cdb.Read(16, 1, (uint)blocks, options), dataIn: back);
            Assert.That(back.AsSpan().SequenceEqual(data), Is.True);
            Assert.That(await disk.ReadAsync((ulong)blocks + 1, 1), Is.All.Zero);
            data[^1] ^= 0xFF;
        }
        await disk.GoodAsync(Cdb.WriteAndVerify(12, 1, (uint)blocks, 1), dataOut: data);
        await disk.GoodAsync(Cdb.Verify(12, 1, (uint)blocks, 1), dataOut: data);
        data[^1] ^= 0xFF;
        Sense sense = await disk.FailsAsync(SenseKey.Miscompare, 0x1D, 0x00, Cdb.Verify(12, 1, (uint)blocks, 1), dataOut: data);
        Assert.That(sense.Information, Is.EqualTo((ulong)data.Length - 1));
    }

    [Test]
    public async Task A_write_whose_initiator_sends_less_writes_just_those_blocks()
    {
        await using TestDisk disk = await CreateAsync();
        LoopbackResult result = await disk.ExecuteAsync(Cdb.Write(10, 4, 4), dataOut: Random(3, seed: 1));
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That((result.ResidualKind, result.ResidualCount), Is.EqualTo((ResidualKind.Overflow, (uint)_blockLength)));
        Assert.That(await disk.ReadAsync(4, 3), Is.EqualTo(Random(3, seed: 1)));
        Assert.That(await disk.ReadAsync(7, 1), Is.All.Zero);

        result = await disk.ExecuteAsync(Cdb.Write(10, 20, 2));
        Assert.That((result.Status, result.ResidualCount), Is.EqualTo((ScsiStatus.Good, 2 * (uint)_blockLength)), "nothing sent");
        Assert.That(await disk.ReadAsync(20, 2), Is.All.Zero);

        await disk.FailsAsync(SenseKey.IllegalRequest, 0x0E, 0x03, Cdb.Write(10, 30, 2), dataOut: new byte[_blockLength + 1]);
        Assert.That(await disk.ReadAsync(30, 2), Is.All.Zero);
    }

    [Test]
    public async Task A_read_whose_initiator_takes_less_or_more_says_by_how_much()
    {
        await using TestDisk disk = await CreateAsync();
        byte[] data = Random(2, seed: 2);
        await disk.GoodAsync(Cdb.Write(10, 0, 2), dataOut: data);
        byte[] shorter = new byte[_blockLength + 100];
        LoopbackResult result = await disk.ExecuteAsync(Cdb.Read(10, 0, 2), dataIn: shorter);
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That((result.ResidualKind, result.ResidualCount), Is.EqualTo((ResidualKind.Overflow, (uint)_blockLength - 100)));
        Assert.That(shorter, Is.EqualTo(data.Take(shorter.Length)));
        byte[] longer = new byte[3 * _blockLength];
        result = await disk.ExecuteAsync(Cdb.Read(10, 0, 2), dataIn: longer);
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That((result.ResidualKind, result.ResidualCount), Is.EqualTo((ResidualKind.Underflow, (uint)_blockLength)));
        Assert.That(longer.Take(data.Length), Is.EqualTo(data));
    }

    [Test]
    public void What_is_read_is_what_a_plain_array_would_hold() =>
        Prop.ForAll(DiskStep.Scripts(Blocks), (Func<DiskStep[], Task>)(async script =>
        {
            await using TestDisk disk = await CreateAsync();
            byte[] model = new byte[Blocks * _blockLength];
            foreach (DiskStep step in script)
                await step.PlayAsync(disk, model);
            byte[] all = await disk.ReadAsync(0, Blocks);
            Assert.That(all.AsSpan().SequenceEqual(model), Is.True, () => string.Join(", ", script.AsEnumerable()));
        })).QuickCheckThrowOnFailure();

    private Task<TestDisk> CreateAsync(int blocks = Blocks)
    {
        long length = (long)blocks * _blockLength;
        IBlockStore store = _kind switch
        {
            "ram" => new RamStore(length),
            "file" => FileStore.Open(_directory[$"{_files++}.img"], new FileStoreOptions { Size = length }),
            _ => new ArrayStore((int)length),
        };
        return TestDisk.CreateAsync(store, new DiskOptions { BlockLength = _blockLength });
    }

    private byte[] Random(int blocks, int seed)
    {
        byte[] data = new byte[blocks * _blockLength];
        new Random(seed).NextBytes(data);
        return data;
    }
}
