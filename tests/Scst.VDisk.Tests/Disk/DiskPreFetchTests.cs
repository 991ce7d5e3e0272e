using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>PRE-FETCH (SBC-5): what is read, what is told, and when.</summary>
[TestFixture]
internal sealed class DiskPreFetchTests
{
    private const int Limit = 64 << 10;

    private static readonly DiskOptions _options = new() { MaxTransferBytes = Limit };

    [Test]
    public async Task The_range_is_read_and_the_condition_is_met([Values(10, 16)] int length)
    {
        var store = new ScriptedStore(100 * 512);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        LoopbackResult result = await disk.ExecuteAsync(Cdb.PreFetch(length, 10, 20));
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.ConditionMet));
        StoreCall[] expected = [new(StoreCallKind.Read, 10 * 512, 20 * 512)];
        Assert.That(store.Calls, Is.EqualTo(expected));
    }

    [TestCase(1, ScsiStatus.ConditionMet)]
    [TestCase(128, ScsiStatus.ConditionMet)]
    [TestCase(129, ScsiStatus.Good)]
    [TestCase(300, ScsiStatus.Good)]
    public async Task A_length_of_zero_means_up_to_the_end_or_as_much_as_there_is_room_for(int blocksToEnd, ScsiStatus expected)
    {
        var store = new ScriptedStore(300 * 512);
        await using TestDisk disk = await TestDisk.CreateAsync(store, _options);
        long first = 300 - blocksToEnd;
        LoopbackResult result = await disk.ExecuteAsync(Cdb.PreFetch(10, (ulong)first, 0));
        Assert.That(result.Status, Is.EqualTo(expected));
        StoreCall[] calls = [new(StoreCallKind.Read, first * 512, int.Min(blocksToEnd * 512, Limit))];
        Assert.That(store.Calls, Is.EqualTo(calls));
    }

    [Test]
    public async Task More_than_the_maximum_prefetch_length_is_refused([Values(10, 16)] int length)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20), _options);
        byte[] page = new byte[BlockLimits.Length];
        await disk.ExecuteAsync(Cdb.InquiryPage(0xB0), dataIn: page);
        Assert.That(BlockLimits.TryParse(page, out BlockLimits? limits), Is.True);
        Assert.That(limits!.MaximumPrefetchLength, Is.EqualTo(Limit / 512));
        Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Cdb.PreFetch(length, 0, limits.MaximumPrefetchLength + 1));
        Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, (ushort)(length == 10 ? 7 : 10), null)));
    }

    [Test]
    public async Task Blocks_behind_the_end_are_refused([Values(10, 16)] int length)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(64 << 10));
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, Cdb.PreFetch(length, 127, 2));
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, Cdb.PreFetch(length, 128, 0));
    }

    [Test]
    public async Task A_block_that_cannot_be_read_is_told_to_who_waits()
    {
        var store = new ScriptedStore(64 << 10) { Answer = static _ => StoreStatus.ReadError };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        await disk.FailsAsync(SenseKey.MediumError, 0x11, 0x00, Cdb.PreFetch(10, 0, 1));
    }

    [Test]
    public async Task With_IMMED_the_command_ends_before_the_store_has_read([Values(10, 16)] int length)
    {
        var reads = new TaskCompletionSource();
        var store = new ScriptedStore(100 * 512) { Ending = static _ => CallEnding.Held };
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        store.Answer = _ =>
        {
            reads.TrySetResult();
            return StoreStatus.Ok;
        };

        LoopbackResult first = await disk.ExecuteAsync(Cdb.PreFetch(length, 10, 20, Cdb.Immediate));
        await reads.Task;

        Assert.That(first.Status, Is.EqualTo(ScsiStatus.ConditionMet));
        StoreCall[] expected = [new(StoreCallKind.Read, 10 * 512, 20 * 512)];
        Assert.That(store.Calls, Is.EqualTo(expected));
        // One at a time is fetched for nobody: the next one is waited for.
        LoopbackCommand second = disk.Start(Cdb.PreFetch(length, 50, 1, Cdb.Immediate));
        Assert.That(second.IsCompleted, Is.False);
        store.FinishAll();
        Assert.That(TestDisk.ResultOf(second).Status, Is.EqualTo(ScsiStatus.ConditionMet));
    }

    [Test]
    public async Task Closing_ends_what_is_read_in_the_background_before_it_disposes_the_store()
    {
        var reads = new TaskCompletionSource();
        var store = new ScriptedStore(4 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        store.Ending = static call => call.Kind == StoreCallKind.Read ? CallEnding.Held : CallEnding.Inline;
        store.Answer = call =>
        {
            if (call.Kind == StoreCallKind.Read)
                reads.TrySetResult();
            return StoreStatus.Ok;
        };
        await disk.ExecuteAsync(Cdb.PreFetch(16, 0, 8192, Cdb.Immediate));
        await reads.Task;
        Task<StoreStatus> closing = disk.Handler.CloseAsync().AsTask();
        Assert.That(store.IsDisposed, Is.False, "it still fills the memory");
        store.FinishAll();
        Assert.That(await closing, Is.EqualTo(StoreStatus.Ok));
        Assert.That(store.IsDisposed, Is.True);
        Assert.That(store.Kinds, Is.EqualTo(new[] { StoreCallKind.Read, StoreCallKind.Flush }), "the other pieces are not read");
    }
}
