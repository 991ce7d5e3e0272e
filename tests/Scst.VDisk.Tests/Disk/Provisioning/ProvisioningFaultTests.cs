using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>UNMAP and WRITE SAME when the store fails, when GOOD promises stable storage, when they are aborted, and when refused.</summary>
[TestFixture]
internal sealed class ProvisioningFaultTests
{
    private const int Block = 512;

    private static readonly byte[] _zeros = new byte[Block];
    private static readonly byte[] _ones = [.. Enumerable.Repeat((byte)1, Block)];
    private static readonly byte[] _list = Cdb.UnmapList((3, 2));

    // Each way of changing the medium, with the store operation that does it.
    private static readonly (string Name, byte[] Cdb, byte[]? DataOut, StoreCallKind Does)[] _commands =
    [
        ("UNMAP", Cdb.Unmap(_list.Length), _list, StoreCallKind.Unmap),
        ("WRITE SAME(10) that unmaps", Cdb.WriteSame(10, 3, 2, Cdb.UnmapBit), _zeros, StoreCallKind.Unmap),
        ("WRITE SAME(16) that unmaps", Cdb.WriteSame(16, 3, 2, Cdb.UnmapBit | Cdb.NoDataOut), null, StoreCallKind.Unmap),
        ("WRITE SAME(16) of zeros", Cdb.WriteSame(16, 3, 2, Cdb.NoDataOut), null, StoreCallKind.Write),
        ("WRITE SAME(10)", Cdb.WriteSame(10, 3, 2), _ones, StoreCallKind.Write),
        ("WRITE SAME(32)", Cdb.WriteSame(32, 3, 2), _ones, StoreCallKind.Write),
    ];

    // The senses that IBlockStore promises its implementers.
    private static readonly (StoreStatus Status, SenseKey Key, byte Code, byte Qualifier)[] _senses =
    [
        (StoreStatus.NoSpace, SenseKey.DataProtect, 0x27, 0x07),
        (StoreStatus.ReadError, SenseKey.MediumError, 0x11, 0x00),
        (StoreStatus.WriteError, SenseKey.MediumError, 0x0C, 0x00),
        (StoreStatus.FlushFailed, SenseKey.MediumError, 0x0C, 0x00),
        (StoreStatus.Gone, SenseKey.HardwareError, 0x3E, 0x01),
        (StoreStatus.ReadOnly, SenseKey.DataProtect, 0x27, 0x00),
        (StoreStatus.InternalError, SenseKey.HardwareError, 0x44, 0x00),
    ];

    private static IEnumerable<TestCaseData> Commands() =>
        _commands.Select(c => new TestCaseData(c.Cdb, c.DataOut, c.Does).SetArgDisplayNames(c.Name));

    private static IEnumerable<TestCaseData> Failures() =>
        from c in _commands
        from s in _senses
        from ending in new[] { CallEnding.Inline, CallEnding.Held }
        select new TestCaseData(c.Cdb, c.DataOut, c.Does, s.Status, ending, (s.Key, s.Code, s.Qualifier))
            .SetArgDisplayNames(c.Name, s.Status.ToString(), ending.ToString());

    [TestCaseSource(nameof(Failures))]
    public async Task Each_failure_has_its_sense_and_concerns_the_one_command(
        byte[] cdb, byte[]? dataOut, StoreCallKind does, StoreStatus status, CallEnding ending, (SenseKey Key, byte Code, byte Qualifier) expected)
    {
        var store = new ScriptedStore(1 << 20) { Ending = _ => ending, Answer = call => call.Kind == does ? status : StoreStatus.Ok };
        await using TestDisk disk = await CreateAsync(store);
        TestDisk.Check(Run(disk, store, cdb, dataOut), expected.Key, expected.Code, expected.Qualifier);
        store.Answer = static _ => StoreStatus.Ok;
        Assert.That(Run(disk, store, cdb, dataOut).Status, Is.EqualTo(ScsiStatus.Good));
        await disk.GoodAsync(Cdb.TestUnitReady);
    }

    [TestCaseSource(nameof(Commands))]
    public async Task An_exception_costs_the_one_command(byte[] cdb, byte[]? dataOut, StoreCallKind does)
    {
        foreach (CallEnding ending in new[] { CallEnding.Throws, CallEnding.HeldThenThrows })
        {
            var store = new ScriptedStore(1 << 20) { Ending = call => call.Kind == does ? ending : CallEnding.Inline };
            await using TestDisk disk = await CreateAsync(store);
            TestDisk.Check(Run(disk, store, cdb, dataOut), SenseKey.HardwareError, 0x44, 0x00);
            store.Ending = static _ => CallEnding.Inline;
            Assert.That(Run(disk, store, cdb, dataOut).Status, Is.EqualTo(ScsiStatus.Good));
        }
    }

    [TestCaseSource(nameof(Commands))]
    public async Task What_was_changed_may_stay_in_the_cache_where_there_is_one(byte[] cdb, byte[]? dataOut, StoreCallKind does)
    {
        var store = new ScriptedStore(1 << 20);
        await using TestDisk disk = await CreateAsync(store);
        await disk.GoodAsync(cdb, dataOut);
        Assert.That(store.Kinds, Is.EqualTo(new[] { does }));
    }

    [TestCaseSource(nameof(Commands))]
    public async Task Where_writes_are_not_cached_GOOD_waits_for_stable_storage(byte[] cdb, byte[]? dataOut, StoreCallKind does)
    {
        var store = new ScriptedStore(1 << 20) { Ending = static _ => CallEnding.Held };
        await using TestDisk disk = await CreateAsync(store, writeThrough: true);
        LoopbackCommand command = disk.Start(cdb, dataOut);
        store.Finish();
        Assert.That(store.Kinds, Is.EqualTo(new[] { does, StoreCallKind.Flush }));
        Assert.That(command.IsCompleted, Is.False);
        store.Finish();
        Assert.That(TestDisk.ResultOf(command).Status, Is.EqualTo(ScsiStatus.Good));
    }

    [TestCaseSource(nameof(Commands))]
    public async Task A_flush_that_fails_fails_the_command(byte[] cdb, byte[]? dataOut, StoreCallKind does)
    {
        var store = new ScriptedStore(1 << 20) { Answer = call => call.Kind == StoreCallKind.Flush ? StoreStatus.FlushFailed : StoreStatus.Ok };
        await using TestDisk disk = await CreateAsync(store, writeThrough: true);
        await disk.FailsAsync(SenseKey.MediumError, 0x0C, 0x00, cdb, dataOut);
        store.Answer = static _ => StoreStatus.Ok;
        await disk.FailsAsync(SenseKey.MediumError, 0x0C, 0x00, cdb, dataOut);
        Assert.That(store.Kinds.Count(kind => kind == StoreCallKind.Flush), Is.EqualTo(1), $"{does}: a lost flush is not tried again");
    }

    [TestCaseSource(nameof(Commands))]
    public async Task What_was_to_be_cached_when_the_disk_was_stopped_is_flushed_before_its_GOOD(byte[] cdb, byte[]? dataOut, StoreCallKind does)
    {
        var store = new ScriptedStore(1 << 20) { Ending = call => call.Kind == does ? CallEnding.Held : CallEnding.Inline };
        await using TestDisk disk = await CreateAsync(store);
        LoopbackCommand command = disk.Start(cdb, dataOut);
        await disk.GoodAsync(Cdb.StartStop(start: false));
        store.Finish();
        Assert.That(TestDisk.ResultOf(command).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(store.Kinds, Is.EqualTo(new[] { does, StoreCallKind.Flush, StoreCallKind.Flush }));
        await disk.FailsAsync(SenseKey.NotReady, 0x04, 0x02, cdb, dataOut);
        Assert.That(store.Kinds, Has.Length.EqualTo(3), "a stopped disk is not changed");
    }

    [TestCaseSource(nameof(Commands))]
    public async Task A_write_protected_disk_is_not_changed(byte[] cdb, byte[]? dataOut, StoreCallKind does)
    {
        var store = new ScriptedStore(1 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store, new DiskOptions { Thin = true, ReadOnly = true });
        await disk.FailsAsync(SenseKey.DataProtect, 0x27, 0x00, cdb, dataOut);
        Assert.That(store.Kinds, Has.None.EqualTo(does));
        Assert.That((await LbaStatusTests.StatusAsync(disk, 0)).Count, Is.EqualTo(1));
    }

    [TestCaseSource(nameof(Commands))]
    public async Task A_reservation_keeps_others_from_changing_the_disk(byte[] cdb, byte[]? dataOut, StoreCallKind does)
    {
        var store = new ScriptedStore(1 << 20);
        await using TestDisk disk = await CreateAsync(store);
        LoopbackInitiator other = await disk.ConnectAsync("other");
        await disk.GoodAsync(Cdb.Reserve6);
        LoopbackResult result = await other.ExecuteAsync(cdb, dataOut);
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.ReservationConflict));
        Assert.That(store.Kinds, Has.None.EqualTo(does));
        await disk.GoodAsync(cdb, dataOut);
    }

    [Test]
    public async Task An_aborted_write_same_writes_nothing_after_the_piece_that_is_under_way()
    {
        const int piece = 256 << 10;
        var store = new ScriptedStore(8 << 20) { Ending = static _ => CallEnding.Held };
        await using TestDisk disk = await CreateAsync(store);
        LoopbackCommand command = disk.Start(Cdb.WriteSame(16, 0, (8 << 20) / Block), _ones);
        store.Finish();
        Assert.That(store.Calls, Has.Length.EqualTo(2));
        Task<TaskManagementResponse> abort = disk.Initiator.ManageAsync(TaskManagementFunction.AbortTaskSet).AsTask();
        Assert.That(abort.IsCompleted, Is.False, "the store still writes");
        store.Finish();
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(TestDisk.ResultOf(command).NoResponse, Is.True);
        Assert.That(store.Calls, Has.Length.EqualTo(2));
        Assert.That(store.Bytes.AsSpan(0, 2 * piece).ContainsAnyExcept((byte)1), Is.False);
        Assert.That(store.Bytes.AsSpan(2 * piece).ContainsAnyExcept((byte)0), Is.False);
    }

    [Test]
    public async Task An_aborted_unmap_unmaps_nothing_after_the_range_that_is_under_way()
    {
        var store = new ScriptedStore(1 << 20) { Ending = static _ => CallEnding.Held };
        await using TestDisk disk = await CreateAsync(store);
        byte[] list = Cdb.UnmapList((0, 1), (1, 1), (2, 1));
        LoopbackCommand command = disk.Start(Cdb.Unmap(list.Length), list);
        store.Finish();
        Task<TaskManagementResponse> abort = disk.Initiator.ManageAsync(TaskManagementFunction.AbortTask, tag: command.Tag).AsTask();
        Assert.That(abort.IsCompleted, Is.False);
        store.Finish();
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(store.Calls.Select(call => call.Offset), Is.EqualTo(new long[] { 0, Block }));
    }

    [TestCaseSource(nameof(Commands))]
    public async Task A_compare_and_write_waits_for_what_changes_its_blocks(byte[] cdb, byte[]? dataOut, StoreCallKind does)
    {
        var store = new ScriptedStore(1 << 20) { Ending = call => call.Kind == does ? CallEnding.Held : CallEnding.Inline };
        await using TestDisk disk = await CreateAsync(store);
        LoopbackCommand change = disk.Start(cdb, dataOut);
        byte[] expected = dataOut is { Length: Block } ? dataOut : _zeros;
        byte[] data = [.. expected, .. Enumerable.Repeat((byte)9, Block)];
        Task<LoopbackResult> compare = disk.ExecuteAsync(AtomicCdb.CompareAndWrite(4, 1), data).AsTask();
        Assert.That(compare.IsCompleted, Is.False);
        Assert.That(store.Kinds, Is.EqualTo(new[] { does }));
        store.FinishAll();
        Assert.That(TestDisk.ResultOf(change).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That((await compare).Status, Is.EqualTo(ScsiStatus.Good), "it finds all of the change");
        Assert.That(await disk.ReadAsync(4, 1), Is.All.EqualTo(9));
    }

    [TestCaseSource(nameof(Commands))]
    public async Task What_changes_the_blocks_of_a_compare_and_write_waits_for_it(byte[] cdb, byte[]? dataOut, StoreCallKind does)
    {
        var store = new ScriptedStore(1 << 20) { Ending = call => call.Kind == StoreCallKind.Read ? CallEnding.Held : CallEnding.Inline };
        await using TestDisk disk = await CreateAsync(store);
        LoopbackCommand compare = disk.Start(AtomicCdb.CompareAndWrite(4, 1), [.. _zeros, .. Enumerable.Repeat((byte)9, Block)]);
        Task<LoopbackResult> change = disk.ExecuteAsync(cdb, dataOut).AsTask();
        Assert.That(change.IsCompleted, Is.False);
        Assert.That(store.Kinds, Has.None.EqualTo(does));
        store.FinishAll();
        Assert.That(TestDisk.ResultOf(compare).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That((await change).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(await disk.ReadAsync(4, 1), Is.EqualTo(dataOut is { Length: Block } ? dataOut : _zeros));
    }

    [Test]
    public async Task A_failure_ends_the_work()
    {
        var store = new ScriptedStore(1 << 20) { Answer = call => call.Offset == Block ? StoreStatus.NoSpace : StoreStatus.Ok };
        await using TestDisk disk = await CreateAsync(store);
        byte[] list = Cdb.UnmapList((0, 1), (1, 1), (2, 1));
        await disk.FailsAsync(SenseKey.DataProtect, 0x27, 0x07, Cdb.Unmap(list.Length), list);
        Assert.That(store.Calls, Has.Length.EqualTo(2));
        store.Forget();
        store.Answer = call => call.Offset == 256 << 10 ? StoreStatus.NoSpace : StoreStatus.Ok;
        await disk.FailsAsync(SenseKey.DataProtect, 0x27, 0x07, Cdb.WriteSame(16, 0, 2048), _ones);
        Assert.That(store.Calls, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Memory_that_is_used_up_is_a_failed_allocation_and_unmapping_makes_room_again()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20, memoryLimit: 128 << 10), new DiskOptions { Thin = true });
        await disk.GoodAsync(Cdb.WriteSame(16, 0, 256), _ones);
        await disk.FailsAsync(SenseKey.DataProtect, 0x27, 0x07, Cdb.Write(10, 1024, 1), _ones);
        await disk.FailsAsync(SenseKey.DataProtect, 0x27, 0x07, Cdb.WriteSame(16, 1024, 1), _ones);
        await disk.GoodAsync(Cdb.Write(10, 17, 1), _ones);
        byte[] list = Cdb.UnmapList((0, 128));
        await disk.GoodAsync(Cdb.Unmap(list.Length), list);
        await disk.GoodAsync(Cdb.Write(10, 1024, 1), _ones);
        Assert.That(await disk.ReadAsync(0, 1), Is.All.Zero);
        Assert.That(await disk.ReadAsync(255, 1), Is.All.EqualTo(1));
    }

    private static Task<TestDisk> CreateAsync(IBlockStore store, bool writeThrough = false) =>
        TestDisk.CreateAsync(store, new DiskOptions { Thin = true, WriteThrough = writeThrough });

    private static LoopbackResult Run(TestDisk disk, ScriptedStore store, byte[] cdb, byte[]? dataOut)
    {
        LoopbackCommand running = disk.Start(cdb, dataOut);
        while (store.HeldCount > 0)
        {
            Assert.That(running.IsCompleted, Is.False, "the command ended before the store did");
            store.Finish();
        }
        return TestDisk.ResultOf(running);
    }
}
