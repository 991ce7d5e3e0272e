using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>When GOOD may come (SBC-5, caches; FUA and WCE bits; SYNCHRONIZE CACHE).</summary>
[TestFixture]
internal sealed class DiskDurabilityTests
{
    private const int Long = (2 << 20) + 512;

    [Test]
    public async Task A_write_may_stay_in_the_cache()
    {
        var store = new ScriptedStore(4 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        await disk.GoodAsync(Cdb.Write(10, 1, 2), dataOut: new byte[1024]);
        Assert.That(store.Calls, Is.EqualTo(new[] { new StoreCall(StoreCallKind.Write, 512, 1024, IsForced: false) }));
    }

    [Test]
    public async Task A_forced_write_is_forced([Values(10, 12, 16)] int length, [Values] bool writeThrough)
    {
        var store = new ScriptedStore(4 << 20) { Ending = _ => CallEnding.Held };
        await using TestDisk disk = await TestDisk.CreateAsync(store, new DiskOptions { WriteThrough = writeThrough });
        byte[] cdb = Cdb.Write(length, 1, 2, writeThrough ? (byte)0 : Cdb.Fua);
        LoopbackCommand write = disk.Start(cdb, dataOut: new byte[1024]);
        Assert.That(store.Calls, Is.EqualTo(new[] { new StoreCall(StoreCallKind.Write, 512, 1024, IsForced: true) }));
        Assert.That(write.IsCompleted, Is.False);
        store.Finish();
        Assert.That(TestDisk.ResultOf(write).Status, Is.EqualTo(ScsiStatus.Good));
    }

    [Test]
    public async Task A_forced_write_of_several_segments_ends_with_the_flush_that_follows_them()
    {
        var store = new ScriptedStore(4 << 20) { Ending = _ => CallEnding.Held };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        LoopbackCommand write = disk.Start(Cdb.Write(16, 0, Long / 512, Cdb.Fua), dataOut: new byte[Long]);
        foreach (StoreCallKind kind in new[] { StoreCallKind.Write, StoreCallKind.Write, StoreCallKind.Write, StoreCallKind.Flush })
        {
            Assert.That(store.Kinds[^1], Is.EqualTo(kind));
            Assert.That(write.IsCompleted, Is.False);
            store.Finish();
        }
        Assert.That(TestDisk.ResultOf(write).Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(store.Calls, Has.Length.EqualTo(4));
    }

    [Test]
    public async Task A_forced_write_of_several_segments_fails_with_its_flush()
    {
        var store = new ScriptedStore(4 << 20)
        {
            Answer = call => call.Kind == StoreCallKind.Flush ? StoreStatus.FlushFailed : StoreStatus.Ok,
        };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        await disk.FailsAsync(SenseKey.MediumError, 0x0C, 0x00, Cdb.Write(16, 0, Long / 512, Cdb.Fua), dataOut: new byte[Long]);
    }

    [Test]
    public async Task Synchronize_cache_waits_for_the_flush([Values(10, 16)] int length)
    {
        var store = new ScriptedStore(4 << 20) { Ending = _ => CallEnding.Held };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        LoopbackCommand synchronize = disk.Start(Cdb.SynchronizeCache(length, 5, 3));
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Flush }));
        Assert.That(synchronize.IsCompleted, Is.False);
        store.Finish();
        Assert.That(TestDisk.ResultOf(synchronize).Status, Is.EqualTo(ScsiStatus.Good));
    }

    [Test]
    public async Task Synchronize_cache_with_immed_only_begins_the_flush([Values(10, 16)] int length)
    {
        var store = new ScriptedStore(4 << 20) { Ending = _ => CallEnding.Held, Answer = _ => StoreStatus.FlushFailed };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        await disk.GoodAsync(Cdb.SynchronizeCache(length, options: Cdb.Immediate));
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Flush }));
        store.Finish();
        store.Ending = static _ => CallEnding.Inline;
        await disk.FailsAsync(SenseKey.MediumError, 0x0C, 0x00, Cdb.SynchronizeCache(length));
    }

    [Test]
    public async Task Flushes_that_nobody_waits_for_do_not_pile_up()
    {
        var second = new TaskCompletionSource();
        var store = new ScriptedStore(1 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        store.Ending = static _ => CallEnding.Held;
        for (int i = 0; i < 100; i++)
            await disk.GoodAsync(Cdb.SynchronizeCache(10, options: Cdb.Immediate));
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Flush }));
        store.Answer = _ =>
        {
            second.TrySetResult();
            return StoreStatus.Ok;
        };
        store.Finish();
        await second.Task;
        Task<StoreStatus> closing = disk.Handler.CloseAsync().AsTask();
        Assert.That(store.IsDisposed, Is.False);
        store.FinishAll();
        Assert.That(await closing, Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.Calls, Has.Length.EqualTo(3), "the first, one for all who asked meanwhile, and the last");
    }

    [Test]
    public async Task What_is_about_the_medium_flushes_first()
    {
        var store = new ScriptedStore(4 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        byte[][] cdbs = [Cdb.Read(10, 0, 1, Cdb.Fua), Cdb.Verify(10, 0, 1), Cdb.Verify(10, 0, 1, 1), Cdb.Verify(10, 0, 1, 3)];
        foreach (byte[] cdb in cdbs)
        {
            store.Forget();
            bool reads = cdb[0] == 0x28;
            bool compares = !reads && cdb[1] != 0;
            await disk.GoodAsync(cdb, compares ? new byte[512] : null, reads ? new byte[512] : null);
            Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Flush, StoreCallKind.Read }));
        }
        store.Forget();
        await disk.GoodAsync(Cdb.WriteAndVerify(10, 0, 1), dataOut: new byte[512]);
        StoreCall[] expected = [new(StoreCallKind.Write, 0, 512, IsForced: true), new(StoreCallKind.Read, 0, 512)];
        Assert.That(store.Calls, Is.EqualTo(expected));
        store.Forget();
        await disk.GoodAsync(Cdb.WriteAndVerify(16, 0, Long / 512), dataOut: new byte[Long]);
        Assert.That(store.Kinds.Take(3), Is.All.EqualTo(StoreCallKind.Write));
        Assert.That(store.Kinds[3], Is.EqualTo(StoreCallKind.Flush));
        Assert.That(store.Kinds.Skip(4), Is.All.EqualTo(StoreCallKind.Read));
    }

    [Test]
    public async Task Closing_flushes_and_tells()
    {
        var store = new ScriptedStore(1 << 20);
        var handler = new DiskHandler(store);
        Assert.That(await handler.CloseAsync(), Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Flush }));
        Assert.That(store.IsDisposed, Is.True);
        Assert.That(await handler.CloseAsync(), Is.EqualTo(StoreStatus.Ok));
        await handler.DisposeAsync();
        Assert.That(store.Calls, Has.Length.EqualTo(1), "it is closed once");
    }

    [Test]
    public async Task A_last_flush_that_fails_is_told_once()
    {
        var store = new ScriptedStore(1 << 20) { Answer = _ => StoreStatus.FlushFailed };
        var handler = new DiskHandler(store);
        Assert.That(async () => await handler.DisposeAsync(), Throws.InstanceOf<System.IO.IOException>());
        Assert.That(store.IsDisposed, Is.True);
        Assert.That(await handler.CloseAsync(), Is.EqualTo(StoreStatus.FlushFailed));
        await handler.DisposeAsync();

        var told = new DiskHandler(new ScriptedStore(1 << 20) { Ending = _ => CallEnding.Throws });
        Assert.That(await told.CloseAsync(), Is.EqualTo(StoreStatus.InternalError));
        await told.DisposeAsync();
    }
}
