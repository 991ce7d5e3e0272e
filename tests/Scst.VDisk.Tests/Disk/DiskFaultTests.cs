using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>What an initiator is told when the store fails; never GOOD for what was not done.</summary>
[TestFixture]
internal sealed class DiskFaultTests
{
    private static readonly byte[] _block = new byte[512];

    // The senses that IBlockStore promises its implementers (SPC-6, sense key and additional sense code tables).
    private static readonly (StoreStatus Status, SenseKey Key, byte Code, byte Qualifier)[] _senses =
    [
        (StoreStatus.NoSpace, SenseKey.DataProtect, 0x27, 0x07),
        (StoreStatus.ReadError, SenseKey.MediumError, 0x11, 0x00),
        (StoreStatus.WriteError, SenseKey.MediumError, 0x0C, 0x00),
        (StoreStatus.FlushFailed, SenseKey.MediumError, 0x0C, 0x00),
        (StoreStatus.Gone, SenseKey.HardwareError, 0x3E, 0x01),
        (StoreStatus.ReadOnly, SenseKey.DataProtect, 0x27, 0x00),
        (StoreStatus.InternalError, SenseKey.HardwareError, 0x44, 0x00),
        ((StoreStatus)200, SenseKey.HardwareError, 0x44, 0x00),
    ];

    // Each command with each kind of store operation that it needs.
    private static readonly (byte[] Cdb, byte[]? DataOut, StoreCallKind Needs)[] _commands =
    [
        (Cdb.Read(10, 0, 1), null, StoreCallKind.Read),
        (Cdb.Read(10, 0, 1, Cdb.Fua), null, StoreCallKind.Read),
        (Cdb.Read(10, 0, 1, Cdb.Fua), null, StoreCallKind.Flush),
        (Cdb.Write(10, 0, 1), _block, StoreCallKind.Write),
        (Cdb.Write(10, 0, 1, Cdb.Fua), _block, StoreCallKind.Write),
        (Cdb.WriteAndVerify(10, 0, 1), _block, StoreCallKind.Write),
        (Cdb.WriteAndVerify(10, 0, 1), _block, StoreCallKind.Read),
        (Cdb.WriteAndVerify(10, 0, 1, 1), _block, StoreCallKind.Read),
        (Cdb.Verify(10, 0, 1), null, StoreCallKind.Flush),
        (Cdb.Verify(10, 0, 1), null, StoreCallKind.Read),
        (Cdb.Verify(10, 0, 1, 1), _block, StoreCallKind.Read),
        (Cdb.Verify(10, 0, 1, 3), _block, StoreCallKind.Read),
        (Cdb.SynchronizeCache(10), null, StoreCallKind.Flush),
        (Cdb.SynchronizeCache(16), null, StoreCallKind.Flush),
        (Cdb.StartStop(start: false), null, StoreCallKind.Flush),
    ];

    private static IEnumerable<TestCaseData> Failures() =>
        from command in _commands
        from sense in _senses
        from ending in new[] { CallEnding.Inline, CallEnding.Held }
        select new TestCaseData(command.Cdb, command.DataOut, command.Needs, sense.Status, ending, (sense.Key, sense.Code, sense.Qualifier))
            .SetArgDisplayNames(NameOf(command.Cdb), command.Needs.ToString(), sense.Status.ToString(), ending.ToString());

    private static IEnumerable<TestCaseData> Exceptions() =>
        from command in _commands
        from ending in new[] { CallEnding.Throws, CallEnding.HeldThenThrows }
        select new TestCaseData(command.Cdb, command.DataOut, command.Needs, ending)
            .SetArgDisplayNames(NameOf(command.Cdb), command.Needs.ToString(), ending.ToString());

    private static string NameOf(byte[] cdb) => Convert.ToHexString(cdb.AsSpan(0, 2));

    [TestCaseSource(nameof(Failures))]
    public async Task Each_failure_has_its_sense(
        byte[] cdb,
        byte[]? dataOut,
        StoreCallKind needs,
        StoreStatus status,
        CallEnding ending,
        (SenseKey Key, byte Code, byte Qualifier) expected)
    {
        var store = new ScriptedStore(1 << 20) { Ending = _ => ending, Answer = call => call.Kind == needs ? status : StoreStatus.Ok };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        TestDisk.Check(Run(disk, store, cdb, dataOut), expected.Key, expected.Code, expected.Qualifier);
        store.Answer = static _ => StoreStatus.Ok;
        // A store whose name is gone says itself whether it is back; every other failed flush is final.
        bool isLost = needs == StoreCallKind.Flush ? status != StoreStatus.Gone : IsForcedWrite(cdb, needs) && !FailsAlone(status);
        LoopbackResult next = Run(disk, store, cdb, dataOut);
        if (isLost)
            TestDisk.Check(next, expected.Key, expected.Code, expected.Qualifier);
        else
            Assert.That(next.Status, Is.EqualTo(ScsiStatus.Good), "the next one, on a store that is well");
    }

    [TestCaseSource(nameof(Exceptions))]
    public async Task An_exception_costs_the_one_command(byte[] cdb, byte[]? dataOut, StoreCallKind needs, CallEnding ending)
    {
        var store = new ScriptedStore(1 << 20) { Ending = call => call.Kind == needs ? ending : CallEnding.Inline };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        TestDisk.Check(Run(disk, store, cdb, dataOut), SenseKey.HardwareError, 0x44, 0x00);
        store.Ending = static _ => CallEnding.Inline;
        disk.LogicalUnit.NotReady = null;
        if (needs == StoreCallKind.Flush || IsForcedWrite(cdb, needs))
            await disk.FailsAsync(SenseKey.HardwareError, 0x44, 0x00, cdb, dataOut, dataIn: cdb[0] == 0x28 ? new byte[512] : null);
        else
            await disk.GoodAsync(cdb, dataOut, dataIn: cdb[0] == 0x28 ? new byte[512] : null);
    }

    // A store that throws, or that answers every flush by itself, would else turn lost bytes into GOOD.
    [Test]
    public async Task A_failed_flush_is_never_retried_into_GOOD([Values(CallEnding.Inline, CallEnding.Throws)] CallEnding ending)
    {
        StoreStatus status = ending == CallEnding.Inline ? StoreStatus.FlushFailed : StoreStatus.Ok;
        var store = new ScriptedStore(1 << 20) { Ending = _ => ending, Answer = _ => status };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        await disk.GoodAsync(Cdb.SynchronizeCache(10, options: Cdb.Immediate));
        store.Ending = static _ => CallEnding.Inline;
        store.Answer = static _ => StoreStatus.Ok;
        (SenseKey key, byte code) = ending == CallEnding.Inline ? (SenseKey.MediumError, (byte)0x0C) : (SenseKey.HardwareError, (byte)0x44);
        await disk.FailsAsync(key, code, 0x00, Cdb.SynchronizeCache(10));
        await disk.FailsAsync(key, code, 0x00, Cdb.Write(10, 0, 1, Cdb.Fua), _block);
        await disk.FailsAsync(key, code, 0x00, Cdb.StartStop(start: false));
        await disk.GoodAsync(Cdb.Write(10, 0, 1), _block);
        await disk.GoodAsync(Cdb.Read(10, 0, 1), dataIn: new byte[512]);
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Flush, StoreCallKind.Write, StoreCallKind.Read }), "no second flush");
        Assert.That(await disk.Handler.CloseAsync(), Is.Not.EqualTo(StoreStatus.Ok));
    }

    [Test]
    public async Task A_flush_that_ends_after_another_has_failed_promises_nothing()
    {
        var store = new ScriptedStore(1 << 20) { Ending = _ => CallEnding.Held, Answer = _ => StoreStatus.FlushFailed };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        LoopbackCommand first = disk.Start(Cdb.SynchronizeCache(10));
        store.Answer = static _ => StoreStatus.Ok;
        LoopbackCommand second = disk.Start(Cdb.SynchronizeCache(10));
        store.Finish();
        TestDisk.Check(TestDisk.ResultOf(first), SenseKey.MediumError, 0x0C, 0x00);
        store.Finish();
        TestDisk.Check(TestDisk.ResultOf(second), SenseKey.MediumError, 0x0C, 0x00);
    }

    /// <summary>Whether what fails is a write that must be on stable storage before its GOOD.</summary>
    private static bool IsForcedWrite(byte[] cdb, StoreCallKind needs) =>
        needs == StoreCallKind.Write && (cdb[0] == 0x2E || (cdb[1] & Cdb.Fua) != 0);

    /// <summary>Whether a forced write that ends so has failed as a write, so that nothing else is concerned.</summary>
    private static bool FailsAlone(StoreStatus status) => status is not StoreStatus.FlushFailed and < StoreStatus.InternalError;

    [Test]
    public async Task A_failure_in_any_segment_fails_the_command([Values(0, 1, 2)] int bad, [Values] bool writes)
    {
        const int length = (2 << 20) + 512;
        var store = new ScriptedStore(4 << 20)
        {
            Answer = call => call.Offset == (long)bad << 20 ? StoreStatus.Gone : StoreStatus.Ok,
        };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        byte[] data = new byte[length];
        byte[] cdb = writes ? Cdb.Write(16, 0, length / 512) : Cdb.Read(16, 0, length / 512);
        await disk.FailsAsync(SenseKey.HardwareError, 0x3E, 0x01, cdb, writes ? data : null, writes ? null : data);
        Assert.That(store.Calls, Has.Length.EqualTo(bad + 1), "nothing follows a failure");
    }

    [Test]
    public async Task A_store_that_completes_inside_its_registration_costs_no_stack()
    {
        const int length = 8 << 20;
        var store = new ScriptedStore(length) { Ending = _ => CallEnding.InsideOnCompleted };
        new Random(8).NextBytes(store.Bytes);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        byte[] data = await disk.ReadAsync(0, length / 512);
        Assert.That(data.AsSpan().SequenceEqual(store.Bytes), Is.True);
        Assert.That(store.Calls, Has.Length.EqualTo(8));
        Assert.That(store.DeepestCompletion, Is.EqualTo(1));
    }

    [Test]
    public async Task An_aborted_command_stops_after_the_piece_that_is_under_way()
    {
        var store = new ScriptedStore(8 << 20) { Ending = _ => CallEnding.Held };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        byte[] data = new byte[8 << 20];
        LoopbackCommand read = disk.Start(Cdb.Read(16, 0, 16384), dataIn: data);
        store.Finish();
        Assert.That(store.Calls, Has.Length.EqualTo(2));
        Task<TaskManagementResponse> abort = disk.Initiator.ManageAsync(TaskManagementFunction.AbortTaskSet).AsTask();
        Assert.That(abort.IsCompleted, Is.False, "the store still fills the command's memory");
        store.Finish();
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(TestDisk.ResultOf(read).NoResponse, Is.True);
        Assert.That(store.Calls, Has.Length.EqualTo(2));
    }

    private static LoopbackResult Run(TestDisk disk, ScriptedStore store, byte[] cdb, byte[]? dataOut)
    {
        // Ready again, should the last one have been a stop.
        disk.LogicalUnit.NotReady = null;
        LoopbackCommand running = disk.Start(cdb, dataOut, cdb[0] == 0x28 ? new byte[512] : null);
        while (store.HeldCount > 0)
        {
            Assert.That(running.IsCompleted, Is.False, "the command ended before the store did");
            store.Finish();
        }
        return TestDisk.ResultOf(running);
    }
}
