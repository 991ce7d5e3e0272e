using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>What ORWRITE and WRITE ATOMIC refuse, and why (SBC-5); COMPARE AND WRITE has tests of its own.</summary>
[TestFixture("ORWRITE(16)")]
[TestFixture("WRITE ATOMIC(16)")]
internal sealed class AtomicCommandsTests
{
    private const int Blocks = 600;

    private readonly bool _unites;
    private AtomicStore _store = null!;
    private TestDisk _disk = null!;

    public AtomicCommandsTests(string command) => _unites = command == "ORWRITE(16)";

    private int LengthOffset => _unites ? 10 : 12;

    [SetUp]
    public Task CreateAsync() => CreateAsync(new DiskOptions());

    [TearDown]
    public async Task DisposeAsync() => await _disk.DisposeAsync();

    [Test]
    public async Task No_blocks_are_no_error_and_touch_nothing()
    {
        await _disk.GoodAsync(Make(Blocks - 1, 0));
        Assert.That(_store.Calls, Is.Empty);
    }

    [TestCase((ulong)Blocks, 0u, (ulong)Blocks)]
    [TestCase((ulong)Blocks, 1u, (ulong)Blocks)]
    [TestCase((ulong)Blocks - 1, 2u, (ulong)Blocks)]
    [TestCase((ulong)Blocks + 5, 1u, (ulong)Blocks + 5)]
    [TestCase(1ul << 63, 1u, null)]
    [TestCase(ulong.MaxValue, 2u, null)]
    public async Task Beyond_the_last_block_nothing_is_touched(ulong lba, uint blocks, ulong? invalid)
    {
        byte[] data = new byte[Math.Max(1, blocks) * 512];
        Sense sense = await _disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, Make(lba, blocks), dataOut: data);
        Assert.That(sense.Information, Is.EqualTo(invalid), "Fixed format has room for 32 bits.");
        Assert.That(_store.Calls, Is.Empty);
    }

    [Test]
    public async Task More_than_the_block_limits_page_says_is_refused()
    {
        await _disk.DisposeAsync();
        await CreateAsync(new DiskOptions { MaxTransferBytes = 64 << 10 });
        await _disk.GoodAsync(Make(0, 128), dataOut: new byte[64 << 10]);
        Sense sense = await _disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Make(0, 129), dataOut: new byte[129 * 512]);
        Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, (ushort)LengthOffset, null)));
    }

    [Test]
    public async Task A_bit_that_is_reserved_or_asks_for_what_there_is_not_is_refused()
    {
        var refused = new List<(int, int)> { (1, 7), (1, 6), (1, 5), (1, 2), (1, 1), (1, 0), (14, 7), (14, 6), (15, 2) };
        if (!_unites)
            refused.AddRange([(10, 7), (11, 0)]);
        foreach ((int octet, int bit) in refused)
        {
            byte[] cdb = Make(0, 1);
            cdb[octet] |= (byte)(1 << bit);
            Sense sense = await _disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, cdb, dataOut: new byte[512]);
            Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, (ushort)octet, (byte)bit)));
        }
        Assert.That(_store.Calls, Is.Empty);
    }

    [Test]
    public async Task A_disk_that_is_read_only_is_not_written()
    {
        await _disk.DisposeAsync();
        await CreateAsync(new DiskOptions { ReadOnly = true });
        await _disk.FailsAsync(SenseKey.DataProtect, 0x27, 0x00, Make(0, 1), dataOut: new byte[512]);
        Assert.That(_store.Calls, Is.Empty);
    }

    [Test]
    public async Task A_disk_that_is_stopped_is_not_ready()
    {
        await _disk.GoodAsync(Cdb.StartStop(start: false, noFlush: true));
        await _disk.FailsAsync(SenseKey.NotReady, 0x04, 0x02, Make(0, 1), dataOut: new byte[512]);
        Assert.That(_store.Calls, Is.Empty);
    }

    [Test]
    public async Task A_reservation_of_another_initiator_keeps_it_out()
    {
        await using LoopbackInitiator other = await _disk.ConnectAsync("other");
        Assert.That((await other.ExecuteAsync(Cdb.Reserve6)).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That((await _disk.ExecuteAsync(Make(0, 1), new byte[512])).Status, Is.EqualTo(ScsiStatus.ReservationConflict));
        Assert.That(_store.Calls, Is.Empty);
    }

    [Test]
    public async Task Only_a_forced_one_is_forced_unless_there_is_no_cache([Values] bool forced, [Values] bool writeThrough)
    {
        await _disk.DisposeAsync();
        await CreateAsync(new DiskOptions { WriteThrough = writeThrough });
        await _disk.GoodAsync(Make(3, 4, forced ? Cdb.Fua : (byte)0), dataOut: new byte[2048]);
        Assert.That(_store.Calls, Is.EqualTo(new[] { (_unites ? "write" : "atomic", 1536L, 2048, forced || writeThrough) }));
    }

    [TestCase(StoreStatus.WriteError, SenseKey.MediumError, 0x0C, 0x00)]
    [TestCase(StoreStatus.NoSpace, SenseKey.DataProtect, 0x27, 0x07)]
    [TestCase(StoreStatus.Gone, SenseKey.HardwareError, 0x3E, 0x01)]
    [TestCase(StoreStatus.InternalError, SenseKey.HardwareError, 0x44, 0x00)]
    public async Task A_fault_of_the_store_is_told_and_the_blocks_are_free_again(StoreStatus status, SenseKey key, byte code, byte qualifier)
    {
        _store.Answer = status;
        await _disk.FailsAsync(key, code, qualifier, Make(3, 4), dataOut: new byte[2048]);
        _store.Answer = StoreStatus.Ok;
        await _disk.GoodAsync(Make(3, 4), dataOut: new byte[2048]);
    }

    private byte[] Make(ulong lba, uint blocks, byte options = 0) =>
        _unites ? AtomicCdb.OrWrite(lba, blocks, options) : AtomicCdb.WriteAtomic(lba, (ushort)blocks, options);

    private async Task CreateAsync(DiskOptions options)
    {
        _store = new AtomicStore(Blocks * options.BlockLength);
        _disk = await TestDisk.CreateAsync(_store, options);
    }
}
