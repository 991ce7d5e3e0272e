using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>WCE of the caching mode page (SBC-5).</summary>
[TestFixture]
internal sealed class DiskWriteCacheTests
{
    private const int PageOffset = 8;
    private const int Page = 0x08;

    [Test]
    public async Task The_page_says_what_the_store_does()
    {
        foreach ((IBlockStore store, DiskOptions options, int enabled, int changeable) in new (IBlockStore, DiskOptions, int, int)[]
        {
            (new ScriptedStore(1 << 20), new DiskOptions(), 4, 4),
            (new ScriptedStore(1 << 20), new DiskOptions { WriteThrough = true }, 0, 0),
            (new ScriptedStore(1 << 20), new DiskOptions { ReadOnly = true }, 0, 0),
            (new RamStore(1 << 20), new DiskOptions(), 0, 0),
        })
        {
            await using TestDisk disk = await TestDisk.CreateAsync(store, options);
            Assert.That(await WceAsync(disk, control: 0), Is.EqualTo(enabled), "current");
            Assert.That(await WceAsync(disk, control: 1), Is.EqualTo(changeable), "changeable");
            Assert.That(await WceAsync(disk, control: 2), Is.EqualTo(enabled), "default");
            byte[] extended = new byte[64];
            await disk.GoodAsync(Cdb.InquiryPage(0x86), dataIn: extended);
            Assert.That(extended[6] & 1, Is.EqualTo(enabled / 4), "V_SUP");
        }
    }

    [Test]
    public async Task Without_the_cache_every_write_is_forced_and_with_it_none()
    {
        var store = new ScriptedStore(1 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        Assert.That((await SelectAsync(disk, wce: false)).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Flush }), "what was cached");
        Assert.That(await WceAsync(disk, control: 0), Is.Zero);
        await disk.GoodAsync(Cdb.Write(10, 0, 1), dataOut: new byte[512]);
        Assert.That(store.Calls[^1].IsForced, Is.True);
        Assert.That((await SelectAsync(disk, wce: true)).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(await WceAsync(disk, control: 0), Is.EqualTo(4));
        await disk.GoodAsync(Cdb.Write(10, 0, 1), dataOut: new byte[512]);
        Assert.That(store.Calls[^1].IsForced, Is.False);
        Assert.That((await SelectAsync(disk, wce: false)).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(store.Kinds[^1], Is.EqualTo(StoreCallKind.Flush), "again, for what was cached in between");
    }

    [Test]
    public async Task It_is_not_disabled_before_what_is_cached_is_flushed()
    {
        var store = new ScriptedStore(1 << 20) { Ending = call => call.Kind == StoreCallKind.Flush ? CallEnding.Held : CallEnding.Inline };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        Task<LoopbackResult>[] selects = [SelectAsync(disk, wce: false), SelectAsync(disk, wce: false)];
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Flush }), "one flush");
        Assert.That(selects[0].IsCompleted || selects[1].IsCompleted, Is.False);
        Assert.That(await WceAsync(disk, control: 0), Is.EqualTo(4));
        await disk.GoodAsync(Cdb.Write(10, 0, 1), dataOut: new byte[512]);
        Assert.That(store.Calls[^1].IsForced, Is.True, "nothing is added to what is flushed");
        store.Finish();
        foreach (Task<LoopbackResult> select in selects)
            Assert.That((await select).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(await WceAsync(disk, control: 0), Is.Zero);
        Assert.That(store.HeldCount, Is.Zero, "the second one changes nothing");
    }

    [Test]
    public async Task It_stays_enabled_if_the_flush_fails([Values(CallEnding.Inline, CallEnding.Held)] CallEnding ending)
    {
        var store = new ScriptedStore(1 << 20)
        {
            Ending = call => call.Kind == StoreCallKind.Flush ? ending : CallEnding.Inline,
            Answer = call => call.Kind == StoreCallKind.Flush ? StoreStatus.Gone : StoreStatus.Ok,
        };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        Task<LoopbackResult> select = SelectAsync(disk, wce: false);
        if (ending == CallEnding.Held)
            store.Finish();
        TestDisk.Check(await select, SenseKey.HardwareError, 0x3E, 0x01);
        Assert.That(await WceAsync(disk, control: 0), Is.EqualTo(4));
        await disk.GoodAsync(Cdb.Write(10, 0, 1), dataOut: new byte[512]);
        Assert.That(store.Calls[^1].IsForced, Is.False, "nothing has changed");
    }

    [Test]
    public async Task An_abort_waits_for_the_flush_and_WCE_says_what_is_so()
    {
        var store = new ScriptedStore(1 << 20) { Ending = call => call.Kind == StoreCallKind.Flush ? CallEnding.Held : CallEnding.Inline };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        byte[] list = ListOf(wce: false);
        LoopbackCommand select = disk.Start(Cdb.ModeSelect10(list.Length), dataOut: list);
        Task<TaskManagementResponse> abort = disk.Initiator.ManageAsync(TaskManagementFunction.AbortTask, tag: select.Tag).AsTask();
        Assert.That(abort.IsCompleted, Is.False);
        store.Finish();
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        bool isCached = await WceAsync(disk, control: 0) != 0;
        await disk.GoodAsync(Cdb.Write(10, 0, 1), dataOut: new byte[512]);
        Assert.That(store.Calls[^1].IsForced, Is.EqualTo(!isCached));
    }

    [Test]
    public async Task A_write_that_was_to_be_cached_when_the_cache_was_disabled_is_flushed_before_its_GOOD()
    {
        var store = new ScriptedStore(1 << 20) { Ending = call => call.Kind == StoreCallKind.Write ? CallEnding.Held : CallEnding.Inline };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        LoopbackCommand write = disk.Start(Cdb.Write(10, 0, 1), dataOut: new byte[512]);
        Assert.That((await SelectAsync(disk, wce: false)).Status, Is.EqualTo(ScsiStatus.Good));
        store.Finish();
        Assert.That(TestDisk.ResultOf(write).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Write, StoreCallKind.Flush, StoreCallKind.Flush }));
    }

    [Test]
    public async Task A_write_through_disk_stays_one()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new ScriptedStore(1 << 20), new DiskOptions { WriteThrough = true });
        Sense sense = TestDisk.Check(await SelectAsync(disk, wce: true), SenseKey.IllegalRequest, 0x26, 0x00);
        Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(false, PageOffset + 2, 2)));
    }

    private static async Task<int> WceAsync(TestDisk disk, byte control)
    {
        byte[] data = new byte[PageOffset + 20];
        await disk.GoodAsync(Cdb.ModeSense10(Page, control), dataIn: data);
        Assert.That(data[PageOffset..(PageOffset + 2)], Is.EqualTo(new byte[] { 0x08, 0x12 }));
        Assert.That(data[(PageOffset + 3)..], Is.All.Zero);
        return data[PageOffset + 2];
    }

    private static async Task<LoopbackResult> SelectAsync(TestDisk disk, bool wce)
    {
        byte[] list = ListOf(wce);
        return await disk.ExecuteAsync(Cdb.ModeSelect10(list.Length), dataOut: list);
    }

    private static byte[] ListOf(bool wce)
    {
        byte[] list = new byte[PageOffset + 20];
        list[PageOffset] = 0x08;
        list[PageOffset + 1] = 0x12;
        list[PageOffset + 2] = (byte)(wce ? 4 : 0);
        return list;
    }
}
