using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>Who waits for whom while a command has blocks for itself, with store operations that end when the test says so.</summary>
[TestFixture]
internal sealed class RangeGuardTests
{
    private const uint First = 10;
    private const byte Count = 4;

    private static readonly TimeSpan _watchdog = TimeSpan.FromMinutes(2);

    private ScriptedStore _store = null!;
    private TestDisk _disk = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        _store = new ScriptedStore(100 * 512);
        new Random(1).NextBytes(_store.Bytes);
        _disk = await TestDisk.CreateAsync(_store);
    }

    [TearDown]
    public async Task DisposeAsync() => await _disk.DisposeAsync();

    /// <summary>Each command that touches blocks: its CDB for a range, and whether it sends data.</summary>
    private static IEnumerable<TestCaseData> Commands()
    {
        yield return new TestCaseData((ulong lba, uint n) => Cdb.Read(10, lba, n), 0, 1).SetArgDisplayNames("READ");
        yield return new TestCaseData((ulong lba, uint n) => Cdb.Read(10, lba, n, Cdb.Fua), 0, 1).SetArgDisplayNames("READ with FUA");
        yield return new TestCaseData((ulong lba, uint n) => Cdb.Write(10, lba, n), 1, 0).SetArgDisplayNames("WRITE");
        yield return new TestCaseData((ulong lba, uint n) => Cdb.WriteAndVerify(10, lba, n), 1, 0).SetArgDisplayNames("WRITE AND VERIFY");
        yield return new TestCaseData((ulong lba, uint n) => Cdb.Verify(10, lba, n, 1), 1, 0).SetArgDisplayNames("VERIFY of data");
        yield return new TestCaseData((ulong lba, uint n) => AtomicCdb.CompareAndWrite(lba, (byte)n), 2, 0).SetArgDisplayNames("COMPARE AND WRITE");
        yield return new TestCaseData((ulong lba, uint n) => AtomicCdb.OrWrite(lba, n), 1, 0).SetArgDisplayNames("ORWRITE");
    }

    [TestCaseSource(nameof(Commands))]
    public async Task While_one_has_blocks_for_itself_others_wait_for_them(Func<ulong, uint, byte[]> cdb, int dataOut, int dataIn)
    {
        foreach ((uint lba, uint blocks) in new[] { (First, 1u), (First + 3, 1u), (First, 4u), (First - 1, 2u), (First + 3, 9u), (0u, 100u) })
        {
            Task<LoopbackResult> holder = HoldCompareAndWrite();
            int before = _store.Calls.Length;
            Task<LoopbackResult> waiter = Run(cdb(lba, blocks), dataOut * blocks, dataIn * blocks);
            Assert.That(_store.Calls, Has.Length.EqualTo(before), $"{blocks} blocks from {lba}: nothing is begun.");
            Assert.That(waiter.IsCompleted, Is.False);
            _store.FinishAll();
            Assert.That((await holder.WaitAsync(_watchdog)).Status, Is.EqualTo(ScsiStatus.Good));
            Assert.That((await waiter.WaitAsync(_watchdog)).NoResponse, Is.False);
        }
    }

    [TestCaseSource(nameof(Commands))]
    public async Task Whoever_wants_other_blocks_does_not_wait(Func<ulong, uint, byte[]> cdb, int dataOut, int dataIn)
    {
        Task<LoopbackResult> holder = HoldCompareAndWrite();
        _store.Ending = static _ => CallEnding.Inline;
        foreach ((uint lba, uint blocks) in new[] { (First - 1, 1u), (First + 4, 1u), (0u, First), (First + 4, 86u) })
        {
            Task<LoopbackResult> free = Run(cdb(lba, blocks), dataOut * blocks, dataIn * blocks);
            Assert.That(free.IsCompleted, $"{blocks} blocks from {lba}");
        }
        Assert.That(holder.IsCompleted, Is.False);
        _store.FinishAll();
        Assert.That((await holder.WaitAsync(_watchdog)).Status, Is.EqualTo(ScsiStatus.Good));
    }

    [TestCaseSource(nameof(Commands))]
    public async Task Whoever_is_at_work_there_is_waited_for(Func<ulong, uint, byte[]> cdb, int dataOut, int dataIn)
    {
        _store.Ending = static _ => CallEnding.Held;
        Task<LoopbackResult> busy = Run(cdb(First + 3, 1), dataOut, dataIn);
        int before = _store.Calls.Length;
        Assert.That(busy.IsCompleted, Is.False);
        Task<LoopbackResult> taker = Run(AtomicCdb.CompareAndWrite(First, Count), 2 * Count, 0);
        Assert.That(_store.Calls, Has.Length.EqualTo(before));
        _store.FinishAll();
        await busy.WaitAsync(_watchdog);
        Assert.That((await taker.WaitAsync(_watchdog)).NoResponse, Is.False);
        Assert.That(_store.Calls[^1].Offset, Is.EqualTo(First * 512), "It came last.");
    }

    [Test]
    public async Task A_verification_that_compares_nothing_waits_for_nobody_and_nobody_for_it()
    {
        Task<LoopbackResult> holder = HoldCompareAndWrite();
        int before = _store.Calls.Length;
        Task<LoopbackResult> verification = Run(Cdb.Verify(10, 0, 100), 0, 0);
        Assert.That(_store.Calls, Has.Length.EqualTo(before + 1));
        Task<LoopbackResult> next = Run(AtomicCdb.CompareAndWrite(First + 20, 1), 2, 0);
        Assert.That(_store.Calls, Has.Length.EqualTo(before + 2));
        _store.FinishAll();
        foreach (Task<LoopbackResult> ended in new[] { holder, verification, next })
            Assert.That((await ended.WaitAsync(_watchdog)).NoResponse, Is.False);
    }

    [Test]
    public async Task They_get_their_blocks_in_the_order_of_their_coming()
    {
        Task<LoopbackResult> holder = HoldCompareAndWrite();
        byte[] pattern = new byte[512];
        var waiters = new List<Task<LoopbackResult>>();
        for (byte i = 1; i <= 20; i++)
        {
            byte[] data = new byte[1024];
            Array.Fill(data, (byte)(i - 1), 0, 512);
            Array.Fill(data, i, 512, 512);
            if (i == 1)
                Fill(data.AsSpan(0, 512));
            waiters.Add(_disk.ExecuteAsync(AtomicCdb.CompareAndWrite(First, 1), data).AsTask());
        }
        _store.FinishAll();
        await holder.WaitAsync(_watchdog);
        foreach (Task<LoopbackResult> waiter in waiters)
            Assert.That((await waiter.WaitAsync(_watchdog)).Status, Is.EqualTo(ScsiStatus.Good), "Each finds what the one before has written.");
        Array.Fill(pattern, (byte)20);
        Assert.That(await _disk.ReadAsync(First, 1), Is.EqualTo(pattern));

        void Fill(Span<byte> expected) => NewData().AsSpan(0, 512).CopyTo(expected);
    }

    [Test]
    public async Task A_read_that_waits_sees_all_of_what_was_written([Values] bool inline)
    {
        Task<LoopbackResult> holder = HoldCompareAndWrite();
        byte[] data = new byte[Count * 512];
        Task<LoopbackResult> read = _disk.ExecuteAsync(Cdb.Read(10, First, Count), dataIn: data).AsTask();
        if (inline)
            _store.FinishAll();
        _store.Ending = static _ => CallEnding.InsideOnCompleted;
        while (_store.HeldCount > 0)
            _store.Finish();
        Assert.That((await holder.WaitAsync(_watchdog)).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That((await read.WaitAsync(_watchdog)).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(data, Is.EqualTo(NewData()));
    }

    [Test]
    public async Task Who_waits_behind_one_that_waits_does_not_overtake_it()
    {
        // A held WRITE of block 10; a COMPARE AND WRITE of 10 to 13 waits for it; a READ of 13 waits for that one.
        _store.Ending = static _ => CallEnding.Held;
        Task<LoopbackResult> write = Run(Cdb.Write(10, First, 1), 1, 0);
        Task<LoopbackResult> taker = Run(AtomicCdb.CompareAndWrite(First, Count), 2 * Count, 0);
        Task<LoopbackResult> read = Run(Cdb.Read(10, First + 3, 1), 0, 1);
        Task<LoopbackResult> free = Run(Cdb.Read(10, First + 4, 1), 0, 1);
        Assert.That(_store.Calls, Has.Length.EqualTo(2), "the WRITE, and the READ of another block");
        _store.FinishAll();
        foreach (Task<LoopbackResult> task in new[] { write, taker, read, free })
            Assert.That((await task.WaitAsync(_watchdog)).NoResponse, Is.False);
        Assert.That(_store.Calls[^1], Is.EqualTo(new StoreCall(StoreCallKind.Read, (First + 3) * 512, 512)));
    }

    [Test]
    public async Task An_aborted_one_does_not_wait_any_longer([Values] bool atomic)
    {
        Task<LoopbackResult> holder = HoldCompareAndWrite();
        byte[] cdb = atomic ? AtomicCdb.CompareAndWrite(First, 1) : Cdb.Write(10, First, 1);
        LoopbackCommand waiter = _disk.Start(cdb, new byte[atomic ? 1024 : 512]);
        Task<LoopbackResult> behind = Run(Cdb.Read(10, First, 1), 0, 1);
        ValueTask<TaskManagementResponse> abort = _disk.Initiator.ManageAsync(TaskManagementFunction.AbortTask, tag: waiter.Tag);
        Assert.That(abort.IsCompleted, "Although the blocks are still held.");
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(TestDisk.ResultOf(waiter).NoResponse);
        Assert.That(holder.IsCompleted, Is.False);
        _store.FinishAll();
        Assert.That((await holder.WaitAsync(_watchdog)).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That((await behind.WaitAsync(_watchdog)).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(_store.Calls, Has.Length.EqualTo(3), "Nothing of the one that was aborted.");
    }

    [Test]
    public async Task A_reset_ends_all_who_wait_and_the_blocks_are_free()
    {
        Task<LoopbackResult> holder = HoldCompareAndWrite();
        var waiters = new List<Task<LoopbackResult>>();
        for (int i = 0; i < 10; i++)
        {
            waiters.Add(Run(AtomicCdb.CompareAndWrite(First, 1), 2, 0));
            waiters.Add(Run(Cdb.Read(10, First, 1), 0, 1));
        }
        Task<TaskManagementResponse> reset = _disk.Initiator.ManageAsync(TaskManagementFunction.LogicalUnitReset).AsTask();
        _store.FinishAll();
        Assert.That(await reset.WaitAsync(_watchdog), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That((await holder.WaitAsync(_watchdog)).NoResponse);
        foreach (Task<LoopbackResult> waiter in waiters)
            Assert.That((await waiter.WaitAsync(_watchdog)).NoResponse);
        await _disk.ExecuteAsync(Cdb.TestUnitReady);
        await _disk.GoodAsync(Cdb.Write(10, 0, 100), dataOut: new byte[100 * 512]);
    }

    [Test]
    public async Task A_long_row_of_waiters_uses_constant_stack()
    {
        Task<LoopbackResult> holder = HoldCompareAndWrite();
        var waiters = new List<Task<LoopbackResult>>();
        await using LoopbackInitiator other = await _disk.ConnectAsync("other");
        for (int i = 0; i < 30; i++)
            waiters.Add((i % 2 == 0 ? _disk.Initiator : other).ExecuteAsync(AtomicCdb.CompareAndWrite(First, 1), new byte[1024]).AsTask());
        var depths = new ConcurrentBag<int>();
        int here = Environment.CurrentManagedThreadId;
        _store.Answer = _ =>
        {
            if (Environment.CurrentManagedThreadId != here)
                depths.Add(new StackTrace().FrameCount);
            return StoreStatus.Ok;
        };
        _store.FinishAll();
        await holder.WaitAsync(_watchdog);
        foreach (Task<LoopbackResult> waiter in waiters)
            await waiter.WaitAsync(_watchdog);
        Assert.That(depths, Has.Count.GreaterThanOrEqualTo(waiters.Count));
        Assert.That(depths.Max() - depths.Min(), Is.LessThan(waiters.Count), "Each that runs inside another adds several frames.");
    }

    /// <summary>A COMPARE AND WRITE of four blocks that stays in the store.</summary>
    private Task<LoopbackResult> HoldCompareAndWrite()
    {
        _store.Ending = static _ => CallEnding.Held;
        byte[] data = new byte[2 * Count * 512];
        _store.Bytes.AsSpan((int)First * 512, Count * 512).CopyTo(data);
        NewData().CopyTo(data, Count * 512);
        Task<LoopbackResult> command = _disk.ExecuteAsync(AtomicCdb.CompareAndWrite(First, Count), data).AsTask();
        Assert.That(command.IsCompleted, Is.False);
        return command;
    }

    private static byte[] NewData()
    {
        byte[] data = new byte[Count * 512];
        new Random(7).NextBytes(data);
        return data;
    }

    private Task<LoopbackResult> Run(byte[] cdb, long blocksOut, long blocksIn) => _disk.ExecuteAsync(
        cdb,
        blocksOut > 0 ? new byte[blocksOut * 512] : null,
        blocksIn > 0 ? new byte[blocksIn * 512] : null).AsTask();
}
