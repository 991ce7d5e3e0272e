using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>In the steady state a command costs no heap, through the whole middle level.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class DiskAllocationTests
{
    private const int WarmUp = 2000;
    private const int Rounds = 10000;

    [Test]
    public async Task Reads_and_writes_on_a_store_that_answers_at_once(
        [Values] bool writes,
        [Values("ram", "null")] string kind,
        [Values(1, 8)] int blocks)
    {
        IBlockStore store = kind == "ram" ? new RamStore(1 << 20) : new NullStore(1 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        Assert.That(Measure(disk, writes, blocks, static () => { }), Is.Zero);
    }

    [Test]
    public async Task Reads_and_writes_on_a_store_that_answers_later([Values] bool writes)
    {
        var store = new LateStore(1 << 20);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        Assert.That(Measure(disk, writes, 8, store.Finish), Is.Zero);
    }

    [Test]
    public async Task Compare_and_write_on_a_store_that_answers_at_once()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20));
        var command = new LoopbackCommand { Cdb = AtomicCdb.CompareAndWrite(3, 8), DataOut = new byte[2 * 8 * 512] };
        Assert.That(Measure(disk, command, static () => { }), Is.Zero);
    }

    private static long Measure(TestDisk disk, bool writes, int blocks, Action finish)
    {
        byte[] data = new byte[blocks * 512];
        var command = new LoopbackCommand();
        command.Cdb = writes ? Cdb.Write(10, 3, (uint)blocks) : Cdb.Read(10, 3, (uint)blocks);
        if (writes)
            command.DataOut = data;
        else
            command.DataIn = data;
        return Measure(disk, command, finish);
    }

    private static long Measure(TestDisk disk, LoopbackCommand command, Action finish)
    {
        int good = 0;
        for (int i = 0; i < WarmUp; i++)
            good += Run(disk, command, finish);
        // The runtime itself allocates now and then, once; what a command costs, it costs in every batch.
        long least = long.MaxValue;
        int all = WarmUp;
        for (int batch = 0; batch < 5 && least > 0; batch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Rounds; i++)
                good += Run(disk, command, finish);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            all += Rounds;
        }
        Assert.That(good, Is.EqualTo(all));
        return least;
    }

    private static int Run(TestDisk disk, LoopbackCommand command, Action finish)
    {
        disk.Initiator.Submit(command);
        disk.Initiator.EndOfBurst();
        finish();
        return command.IsCompleted && command.Result.Status == ScsiStatus.Good ? 1 : 0;
    }
}
