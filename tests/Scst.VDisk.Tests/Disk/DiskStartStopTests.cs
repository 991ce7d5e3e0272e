using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>START STOP UNIT (SBC-5).</summary>
[TestFixture]
internal sealed class DiskStartStopTests
{
    [Test]
    public async Task A_stopped_disk_is_not_ready_until_it_is_started()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20));
        await disk.GoodAsync(Cdb.StartStop(start: false));
        foreach (byte[] cdb in new[]
        {
            Cdb.TestUnitReady, Cdb.Read(10, 0, 1), Cdb.Write(10, 0, 1), Cdb.Verify(10, 0, 1), Cdb.WriteAndVerify(10, 0, 1),
            Cdb.SynchronizeCache(10),
        })
            await disk.FailsAsync(SenseKey.NotReady, 0x04, 0x02, cdb);
        await disk.GoodAsync(Cdb.ReadCapacity10, dataIn: new byte[8]);
        await disk.GoodAsync(Cdb.InquiryPage(0xB0), dataIn: new byte[64]);
        await disk.GoodAsync(Cdb.StartStop(start: false));
        await disk.GoodAsync(Cdb.StartStop(start: true));
        await disk.GoodAsync(Cdb.StartStop(start: true));
        await disk.GoodAsync(Cdb.TestUnitReady);
        await disk.GoodAsync(Cdb.Read(10, 0, 1), dataIn: new byte[512]);
    }

    [Test]
    public async Task A_stop_waits_for_the_flush()
    {
        var store = new ScriptedStore(1 << 20) { Ending = _ => CallEnding.Held };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        LoopbackCommand stop = disk.Start(Cdb.StartStop(start: false));
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Flush }));
        Assert.That(stop.IsCompleted, Is.False);
        store.Finish();
        Assert.That(TestDisk.ResultOf(stop).Status, Is.EqualTo(ScsiStatus.Good));
    }

    [Test]
    public async Task A_stop_that_cannot_flush_is_none()
    {
        var store = new ScriptedStore(1 << 20) { Answer = _ => StoreStatus.FlushFailed };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        await disk.FailsAsync(SenseKey.MediumError, 0x0C, 0x00, Cdb.StartStop(start: false));
        await disk.GoodAsync(Cdb.TestUnitReady);
        await disk.GoodAsync(Cdb.StartStop(start: false, noFlush: true));
        Assert.That(store.Calls, Has.Length.EqualTo(1), "NO_FLUSH");
        await disk.FailsAsync(SenseKey.NotReady, 0x04, 0x02, Cdb.TestUnitReady);
    }

    [Test]
    public async Task A_stop_with_immed_only_begins_the_flush()
    {
        var store = new ScriptedStore(1 << 20) { Ending = _ => CallEnding.Held };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        await disk.GoodAsync(Cdb.StartStop(start: false, immediate: true));
        Assert.That(store.HeldCount, Is.EqualTo(1));
        await disk.FailsAsync(SenseKey.NotReady, 0x04, 0x02, Cdb.TestUnitReady);
        store.Finish();
    }

    [Test]
    public async Task A_write_that_a_stop_overtakes_is_flushed_before_its_GOOD()
    {
        var store = new ScriptedStore(1 << 20) { Ending = call => call.Kind == StoreCallKind.Write ? CallEnding.Held : CallEnding.Inline };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        LoopbackCommand write = disk.Start(Cdb.Write(10, 0, 1), dataOut: new byte[512]);
        await disk.GoodAsync(Cdb.StartStop(start: false));
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Write, StoreCallKind.Flush }));
        store.Finish();
        Assert.That(TestDisk.ResultOf(write).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Write, StoreCallKind.Flush, StoreCallKind.Flush }));
    }

    [Test]
    public async Task An_aborted_stop_leaves_a_state_that_fits()
    {
        var store = new ScriptedStore(1 << 20) { Ending = _ => CallEnding.Held, Answer = _ => StoreStatus.FlushFailed };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        LoopbackCommand stop = disk.Start(Cdb.StartStop(start: false));
        Task<TaskManagementResponse> abort = disk.Initiator.ManageAsync(TaskManagementFunction.AbortTaskSet).AsTask();
        store.Finish();
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(TestDisk.ResultOf(stop).NoResponse, Is.True);
        await disk.GoodAsync(Cdb.TestUnitReady);
    }

    [Test]
    public async Task A_stop_that_fails_starts_nothing_that_was_stopped_before()
    {
        var store = new ScriptedStore(1 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        await disk.GoodAsync(Cdb.StartStop(start: false));
        store.Answer = static _ => StoreStatus.FlushFailed;
        await disk.FailsAsync(SenseKey.MediumError, 0x0C, 0x00, Cdb.StartStop(start: false));
        await disk.FailsAsync(SenseKey.NotReady, 0x04, 0x02, Cdb.TestUnitReady);
        await disk.GoodAsync(Cdb.StartStop(start: true));
        await disk.GoodAsync(Cdb.TestUnitReady);
    }

    [Test]
    public async Task Of_two_stops_at_once_one_that_is_aborted_takes_nothing_back()
    {
        var store = new ScriptedStore(1 << 20) { Ending = _ => CallEnding.Held, Answer = _ => StoreStatus.Gone };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        LoopbackCommand aborted = disk.Start(Cdb.StartStop(start: false));
        store.Answer = static _ => StoreStatus.Ok;
        LoopbackCommand stop = disk.Start(Cdb.StartStop(start: false));
        Task<TaskManagementResponse> abort = disk.Initiator.ManageAsync(TaskManagementFunction.AbortTask, tag: aborted.Tag).AsTask();
        store.Finish();
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        await disk.FailsAsync(SenseKey.NotReady, 0x04, 0x02, Cdb.TestUnitReady);
        store.Finish();
        Assert.That(TestDisk.ResultOf(stop).Status, Is.EqualTo(ScsiStatus.Good));
        await disk.FailsAsync(SenseKey.NotReady, 0x04, 0x02, Cdb.TestUnitReady);
    }

    [Test]
    public async Task Two_stops_at_once_that_both_fail_leave_the_disk_started()
    {
        var store = new ScriptedStore(1 << 20) { Ending = _ => CallEnding.Held, Answer = _ => StoreStatus.Gone };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        LoopbackCommand[] stops = [disk.Start(Cdb.StartStop(start: false)), disk.Start(Cdb.StartStop(start: false))];
        store.Finish();
        store.Finish();
        foreach (LoopbackCommand stop in stops)
            TestDisk.Check(TestDisk.ResultOf(stop), SenseKey.HardwareError, 0x3E, 0x01);
        await disk.GoodAsync(Cdb.TestUnitReady);
    }

    [Test]
    public async Task A_start_overrules_the_stops_under_way()
    {
        var store = new ScriptedStore(1 << 20) { Ending = _ => CallEnding.Held };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        LoopbackCommand stop = disk.Start(Cdb.StartStop(start: false));
        await disk.GoodAsync(Cdb.StartStop(start: true));
        store.Finish();
        Assert.That(TestDisk.ResultOf(stop).Status, Is.EqualTo(ScsiStatus.Good));
        await disk.GoodAsync(Cdb.TestUnitReady);
    }

    [Test]
    public async Task A_start_does_not_make_ready_what_is_not_ready_for_another_reason()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20));
        disk.LogicalUnit.NotReady = Sense.NotReady(AdditionalSense.LogicalUnitNotReadyManualInterventionRequired);
        await disk.GoodAsync(Cdb.StartStop(start: false));
        await disk.GoodAsync(Cdb.StartStop(start: true));
        await disk.FailsAsync(SenseKey.NotReady, 0x04, 0x03, Cdb.TestUnitReady);
    }

    // SPC-2 and SBC-5, commands allowed in the presence of various reservations: START one and POWER CONDITION zero is allowed.
    [Test]
    public async Task While_another_nexus_holds_the_disk_it_may_be_started_and_not_stopped()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20));
        LoopbackInitiator other = await disk.ConnectAsync("other");
        await disk.GoodAsync(Cdb.StartStop(start: false));
        await disk.GoodAsync(Cdb.Reserve6);
        foreach (bool immediate in new[] { false, true })
        {
            Assert.That((await other.ExecuteAsync(Cdb.StartStop(start: true, immediate: immediate))).Status, Is.EqualTo(ScsiStatus.Good));
            await disk.GoodAsync(Cdb.TestUnitReady);
            foreach (byte[] cdb in new[] { Cdb.StartStop(start: false, immediate: immediate), [0x1B, 0, 0, 0, 0x11, 0] })
                Assert.That((await other.ExecuteAsync(cdb)).Status, Is.EqualTo(ScsiStatus.ReservationConflict));
            await disk.GoodAsync(Cdb.TestUnitReady);
        }
    }

    [Test]
    public async Task Ejection_and_power_conditions_are_refused()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20));
        for (int power = 1; power < 16; power++)
        {
            Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, [0x1B, 0, 0, 0, (byte)(power << 4 | 1), 0]);
            Assert.That(sense.FieldPointer?.ByteOffset, Is.EqualTo(4));
        }
        foreach (byte loadEject in new byte[] { 0x02, 0x03 })
        {
            Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, [0x1B, 0, 0, 0, loadEject, 0]);
            Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, 4, 1)));
        }
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, [0x1B, 0, 0, 1, 1, 0]);
        await disk.GoodAsync(Cdb.TestUnitReady);
    }
}
