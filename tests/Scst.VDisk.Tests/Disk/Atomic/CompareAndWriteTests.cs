using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>COMPARE AND WRITE (SBC-5): what it compares, what it writes, and every way in which it can end.</summary>
[TestFixture]
internal sealed class CompareAndWriteTests
{
    private const int Blocks = 600;

    private ScriptedStore _store = null!;
    private TestDisk _disk = null!;

    [SetUp]
    public Task CreateAsync() => CreateAsync(new DiskOptions());

    [TearDown]
    public async Task DisposeAsync() => await _disk.DisposeAsync();

    [Test]
    public async Task Blocks_that_are_as_expected_are_replaced([Values(1, 7, 255)] int blocks, [Values(512, 4096)] int blockLength)
    {
        await _disk.DisposeAsync();
        await CreateAsync(new DiskOptions { BlockLength = blockLength });
        byte[] before = [.. _store.Bytes];
        byte[] data = DataOf(3, blocks, blockLength);
        await _disk.GoodAsync(AtomicCdb.CompareAndWrite(3, (byte)blocks), dataOut: data);
        data.AsSpan(data.Length / 2).CopyTo(before.AsSpan(3 * blockLength));
        Assert.That(_store.Bytes.AsSpan().SequenceEqual(before));
    }

    [Test]
    public async Task The_first_byte_that_differs_is_told_and_nothing_is_written(
        [Values(0, 1, 511, 512, (255 * 4096) - 1)] int where)
    {
        await _disk.DisposeAsync();
        await CreateAsync(new DiskOptions { BlockLength = 4096 });
        byte[] data = DataOf(3, 255, 4096);
        data[where] ^= 0x40;
        data[(data.Length / 2) - 1] ^= 0x01;
        if (where == (data.Length / 2) - 1)
            data[where] ^= 0x01;
        Sense sense = await _disk.FailsAsync(SenseKey.Miscompare, 0x1D, 0x00, AtomicCdb.CompareAndWrite(3, 255), dataOut: data);
        Assert.That(sense.Information, Is.EqualTo((ulong)where), "the offset in the Data-Out buffer");
        Assert.That(_store.Kinds, Has.None.EqualTo(StoreCallKind.Write));
    }

    [Test]
    public async Task No_blocks_are_no_error_and_touch_nothing()
    {
        await _disk.GoodAsync(AtomicCdb.CompareAndWrite(Blocks - 1, 0));
        Assert.That(_store.Calls, Is.Empty);
    }

    [Test]
    public async Task The_block_limits_page_says_how_many_blocks_and_more_are_refused(
        [Values(64 << 10, 128 << 10, 8 << 20)] int longest, [Values(512, 4096)] int blockLength)
    {
        await _disk.DisposeAsync();
        await CreateAsync(new DiskOptions { BlockLength = blockLength, MaxTransferBytes = longest });
        byte[] page = new byte[64];
        await _disk.GoodAsync(Cdb.InquiryPage(0xB0), dataIn: page);
        int expected = Math.Min(255, longest / blockLength / 2);
        Assert.That(page[5], Is.EqualTo(expected));
        await _disk.GoodAsync(AtomicCdb.CompareAndWrite(0, (byte)expected), dataOut: DataOf(0, expected, blockLength));
        if (expected == 255)
            return;
        byte[] data = new byte[2 * (expected + 1) * blockLength];
        Sense sense = await _disk.FailsAsync(
            SenseKey.IllegalRequest, 0x24, 0x00, AtomicCdb.CompareAndWrite(0, (byte)(expected + 1)), dataOut: data);
        Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, 13, null)));
    }

    [TestCase(Blocks, 0, (ulong)Blocks)]
    [TestCase(Blocks, 1, (ulong)Blocks)]
    [TestCase(Blocks - 1, 2, (ulong)Blocks)]
    [TestCase(Blocks + 5, 1, (ulong)Blocks + 5)]
    public async Task Beyond_the_last_block_nothing_is_touched(int lba, byte blocks, ulong invalid)
    {
        byte[] data = new byte[Math.Max(1, blocks * 1024)];
        Sense sense = await _disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, AtomicCdb.CompareAndWrite((ulong)lba, blocks), dataOut: data);
        Assert.That(sense.Information, Is.EqualTo(invalid));
        await _disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, AtomicCdb.CompareAndWrite(ulong.MaxValue, blocks), dataOut: data);
        Assert.That(_store.Calls, Is.Empty);
    }

    [Test]
    public async Task Data_for_fewer_blocks_is_never_found_to_be_the_same([Values(0, 512, 1024, 1536)] int length)
    {
        byte[]? data = length == 0 ? null : DataOf(4, 1, 512)[..Math.Min(length, 1024)].Concat(new byte[Math.Max(0, length - 1024)]).ToArray();
        await _disk.FailsAsync(SenseKey.IllegalRequest, 0x0E, 0x03, AtomicCdb.CompareAndWrite(4, 2), dataOut: data);
        Assert.That(_store.Calls, Is.Empty);
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task Data_for_more_blocks_is_refused_because_its_halves_are_others(byte blocks)
    {
        byte[] cdb = AtomicCdb.CompareAndWrite(4, blocks);
        Sense sense = await _disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, cdb, dataOut: DataOf(4, 2, 512));
        Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, 13, null)));
        Assert.That(_store.Calls, Is.Empty);
    }

    [Test]
    public async Task A_bit_that_is_reserved_or_asks_for_protection_information_is_refused()
    {
        (int Byte, int Bit)[] refused = [(1, 7), (1, 6), (1, 5), (1, 2), (1, 1), (1, 0), (10, 7), (11, 0), (12, 0), (14, 7), (14, 6), (15, 2)];
        foreach ((int octet, int bit) in refused)
        {
            byte[] cdb = AtomicCdb.CompareAndWrite(0, 1);
            cdb[octet] |= (byte)(1 << bit);
            Sense sense = await _disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, cdb, dataOut: DataOf(0, 1, 512));
            Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, (ushort)octet, (byte)bit)));
        }
        Assert.That(_store.Calls, Is.Empty);
    }

    [Test]
    public async Task A_group_number_and_dpo_are_accepted()
    {
        byte[] cdb = AtomicCdb.CompareAndWrite(0, 1, Cdb.Dpo);
        cdb[14] = 0x3F;
        await _disk.GoodAsync(cdb, dataOut: DataOf(0, 1, 512));
    }

    [Test]
    public async Task A_disk_that_is_read_only_is_not_written_even_with_what_it_has()
    {
        await _disk.DisposeAsync();
        await CreateAsync(new DiskOptions { ReadOnly = true });
        await _disk.FailsAsync(SenseKey.DataProtect, 0x27, 0x00, AtomicCdb.CompareAndWrite(0, 1), dataOut: DataOf(0, 1, 512));
        Assert.That(_store.Calls, Is.Empty);
    }

    [Test]
    public async Task A_disk_that_is_stopped_is_not_ready()
    {
        await _disk.GoodAsync(Cdb.StartStop(start: false, noFlush: true));
        await _disk.FailsAsync(SenseKey.NotReady, 0x04, 0x02, AtomicCdb.CompareAndWrite(0, 1), dataOut: DataOf(0, 1, 512));
        Assert.That(_store.Calls, Is.Empty);
    }

    [Test]
    public async Task A_reservation_of_another_initiator_keeps_it_out()
    {
        await using LoopbackInitiator other = await _disk.ConnectAsync("other");
        Assert.That((await other.ExecuteAsync(Cdb.Reserve6)).Status, Is.EqualTo(ScsiStatus.Good));
        LoopbackResult result = await _disk.ExecuteAsync(AtomicCdb.CompareAndWrite(0, 1), dataOut: DataOf(0, 1, 512));
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.ReservationConflict));
        Assert.That(_store.Calls, Is.Empty);
    }

    [Test]
    public async Task Only_a_forced_one_is_forced()
    {
        await _disk.GoodAsync(AtomicCdb.CompareAndWrite(2, 4), dataOut: DataOf(2, 4, 512));
        await _disk.GoodAsync(AtomicCdb.CompareAndWrite(2, 4, Cdb.Fua), dataOut: DataOf(2, 4, 512));
        StoreCall[] expected =
        [
            new(StoreCallKind.Read, 1024, 2048), new(StoreCallKind.Write, 1024, 2048),
            new(StoreCallKind.Read, 1024, 2048), new(StoreCallKind.Write, 1024, 2048, IsForced: true),
        ];
        Assert.That(_store.Calls, Is.EqualTo(expected));
    }

    [Test]
    public async Task Without_a_write_cache_it_is_on_stable_storage_before_its_good([Values(4, 255)] int blocks)
    {
        await _disk.DisposeAsync();
        await CreateAsync(new DiskOptions { WriteThrough = true, BlockLength = 4096 });
        await _disk.GoodAsync(AtomicCdb.CompareAndWrite(0, (byte)blocks), dataOut: DataOf(0, blocks, 4096));
        StoreCall last = _store.Calls[^1];
        Assert.That(last.Kind == StoreCallKind.Flush || last.IsForced, "One piece is forced, several are flushed together.");
    }

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return new(StoreCallKind.Read, StoreStatus.ReadError, SenseKey.MediumError, new AdditionalSense(0x11, 0x00));
        yield return new(StoreCallKind.Read, StoreStatus.Gone, SenseKey.HardwareError, new AdditionalSense(0x3E, 0x01));
        yield return new(StoreCallKind.Write, StoreStatus.WriteError, SenseKey.MediumError, new AdditionalSense(0x0C, 0x00));
        yield return new(StoreCallKind.Write, StoreStatus.NoSpace, SenseKey.DataProtect, new AdditionalSense(0x27, 0x07));
        yield return new(StoreCallKind.Write, StoreStatus.FlushFailed, SenseKey.MediumError, new AdditionalSense(0x0C, 0x00));
        yield return new(StoreCallKind.Write, StoreStatus.InternalError, SenseKey.HardwareError, new AdditionalSense(0x44, 0x00));
    }

    [TestCaseSource(nameof(Faults))]
    public async Task A_fault_of_the_store_is_told_and_the_blocks_are_free_again(
        StoreCallKind kind, StoreStatus status, SenseKey key, AdditionalSense additional)
    {
        _store.Answer = call => call.Kind == kind ? status : StoreStatus.Ok;
        byte[] data = DataOf(0, 2, 512);
        await _disk.FailsAsync(key, additional.Code, additional.Qualifier, AtomicCdb.CompareAndWrite(0, 2, Cdb.Fua), dataOut: data);
        _store.Answer = static _ => StoreStatus.Ok;
        await _disk.GoodAsync(AtomicCdb.CompareAndWrite(0, 2), dataOut: data);
    }

    [Test]
    public async Task One_that_throws_in_the_store_frees_its_blocks([Values] bool late)
    {
        _store.Ending = _ => late ? CallEnding.HeldThenThrows : CallEnding.Throws;
        Task<LoopbackResult> running = _disk.ExecuteAsync(AtomicCdb.CompareAndWrite(0, 2), dataOut: DataOf(0, 2, 512)).AsTask();
        _store.FinishAll();
        TestDisk.Check(await running, SenseKey.HardwareError, 0x44, 0x00);
        await _disk.GoodAsync(Cdb.Write(10, 0, 2), dataOut: new byte[1024]);
    }

    [Test]
    public async Task An_abort_after_the_compare_leaves_the_blocks_as_they_were()
    {
        _store.Ending = static call => call.Kind == StoreCallKind.Read ? CallEnding.Held : CallEnding.Inline;
        LoopbackCommand command = _disk.Start(AtomicCdb.CompareAndWrite(0, 2), DataOf(0, 2, 512));
        ValueTask<TaskManagementResponse> abort = _disk.Initiator.ManageAsync(TaskManagementFunction.AbortTask, tag: command.Tag);
        _store.Finish();
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(TestDisk.ResultOf(command).NoResponse);
        Assert.That(_store.Kinds, Is.EqualTo(new[] { StoreCallKind.Read }));
    }

    [Test]
    public async Task An_abort_in_the_middle_of_the_write_comes_too_late_for_half_of_it()
    {
        await _disk.DisposeAsync();
        await CreateAsync(new DiskOptions { BlockLength = 4096 });
        byte[] data = DataOf(0, 255, 4096);
        _store.Ending = static call => call.Kind == StoreCallKind.Write ? CallEnding.Held : CallEnding.Inline;
        LoopbackCommand command = _disk.Start(AtomicCdb.CompareAndWrite(0, 255), data);
        Assert.That(_store.Kinds.Count(kind => kind == StoreCallKind.Write), Is.EqualTo(1));
        ValueTask<TaskManagementResponse> abort = _disk.Initiator.ManageAsync(TaskManagementFunction.AbortTask, tag: command.Tag);
        _store.Finish();
        Assert.That(_store.HeldCount, Is.EqualTo(1), "The rest of it, for the buffers have 1 MiB each.");
        _store.Finish();
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(_store.Bytes.AsSpan(0, 255 * 4096).SequenceEqual(data.AsSpan(255 * 4096)));
    }

    private async Task CreateAsync(DiskOptions options)
    {
        _store = new ScriptedStore(Blocks * options.BlockLength);
        new Random(1).NextBytes(_store.Bytes);
        _disk = await TestDisk.CreateAsync(_store, options);
    }

    /// <summary>What the blocks have, and behind it what they shall have.</summary>
    private byte[] DataOf(int lba, int blocks, int blockLength)
    {
        byte[] data = new byte[2 * blocks * blockLength];
        new Random(lba + blocks).NextBytes(data);
        _store.Bytes.AsSpan(lba * blockLength, blocks * blockLength).CopyTo(data);
        return data;
    }
}
