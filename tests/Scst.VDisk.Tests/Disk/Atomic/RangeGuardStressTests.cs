using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>
/// What one thread cannot show: several initiators, each on its own, that count with COMPARE AND WRITE in blocks which others read, and
/// next to a block that one of them changes with plain WRITEs.
/// </summary>
[TestFixture]
internal sealed class RangeGuardStressTests
{
    private const int Counters = 3;
    private const int Rounds = 1500;

    // Blocks 0 to 2 have the counter in every word; block 3 belongs to the one who writes plainly. All are compared and written at once.
    private const int Counted = 3;
    private const byte Blocks = Counted + 1;

    private static readonly TimeSpan _watchdog = TimeSpan.FromMinutes(5);

    [Test]
    public async Task Nothing_is_seen_half_done_and_nothing_is_lost([Values("tearing", "ram")] string kind)
    {
        var world = new World();
        await world.RunAsync(Store(kind), new DiskOptions(), Rounds, aborts: false);
        Assert.That(world.Violations, Is.Empty);
        Assert.That(world.Written, Is.EqualTo((long)world.Last), "Each that ended in GOOD has counted once.");
        Assert.That(world.Written, Is.GreaterThan(0));
    }

    [Test]
    public async Task Aborts_and_resets_leave_nothing_half_done_and_nothing_held()
    {
        var world = new World();
        await world.RunAsync(Store("tearing"), new DiskOptions(), Rounds, aborts: true);
        Assert.That(world.Violations, Is.Empty);
    }

    [Test]
    public async Task A_guard_that_is_not_looked_at_after_the_mark_is_noticed()
    {
        for (int attempt = 0; attempt < 50; attempt++)
        {
            var world = new World();
            var options = new DiskOptions { MakeRangeGuard = static resume => new UncheckedRangeGuard(resume) };
            await world.RunAsync(Store("tearing"), options, Rounds, aborts: false);
            if (!world.Violations.IsEmpty)
                return;
        }
        Assert.Fail("The stress must notice a missing look.");
    }

    private static IBlockStore Store(string kind) => kind == "ram" ? new RamStore(64 * 512) : new TearingStore(64 * 512);

    private sealed class World
    {
        private long _written;
        private bool _isOver;

        internal ConcurrentQueue<string> Violations { get; } = [];

        internal long Written => _written;

        internal ulong Last { get; private set; }

        internal async Task RunAsync(IBlockStore store, DiskOptions options, int rounds, bool aborts)
        {
            await using TestDisk disk = await TestDisk.CreateAsync(store, options);
            var initiators = new List<LoopbackInitiator>();
            for (int i = 0; i < Counters + 3; i++)
                initiators.Add(await disk.ConnectAsync($"initiator{i}"));
            Task[] side =
            [
                Task.Run(() => ReadAsync(initiators[Counters])),
                Task.Run(() => WritePlainlyAsync(initiators[Counters + 1], aborts)),
                aborts ? Task.Run(() => ResetAsync(initiators[Counters + 2])) : Task.CompletedTask,
            ];
            IEnumerable<Task> counters = Enumerable.Range(0, Counters).Select(i => Task.Run(() => CountAsync(initiators[i], rounds)));
            await Task.WhenAll(counters).WaitAsync(_watchdog);
            Volatile.Write(ref _isOver, true);
            await Task.WhenAll(side).WaitAsync(_watchdog);
            byte[] data = new byte[Blocks * 512];
            for (int i = 0; i < 4; i++)
                await disk.ExecuteAsync(Cdb.TestUnitReady);
            await disk.GoodAsync(Cdb.Read(10, 0, Blocks), dataIn: data);
            Last = CounterIn(data);
        }

        private async Task CountAsync(LoopbackInitiator initiator, int rounds)
        {
            byte[] seen = new byte[Blocks * 512];
            byte[] data = new byte[2 * Blocks * 512];
            for (int round = 0; round < rounds && Violations.IsEmpty; round++)
            {
                if (!await TryReadAsync(initiator, seen))
                    continue;
                seen.CopyTo(data, 0);
                seen.CopyTo(data, seen.Length);
                Fill(data.AsSpan(seen.Length, Counted * 512), CounterIn(seen) + 1);
                LoopbackResult result = await initiator.ExecuteAsync(AtomicCdb.CompareAndWrite(0, Blocks), data);
                if (!result.NoResponse && result.Status == ScsiStatus.Good)
                    Interlocked.Increment(ref _written);
            }
        }

        private async Task ReadAsync(LoopbackInitiator initiator)
        {
            byte[] seen = new byte[Blocks * 512];
            while (!Volatile.Read(ref _isOver))
                await TryReadAsync(initiator, seen);
        }

        private async Task WritePlainlyAsync(LoopbackInitiator initiator, bool aborts)
        {
            byte[] block = new byte[512];
            byte[] read = new byte[512];
            for (ulong value = 1; !Volatile.Read(ref _isOver); value++)
            {
                Fill(block, value);
                LoopbackResult written = await initiator.ExecuteAsync(Cdb.Write(10, Counted, 1), block);
                LoopbackResult result = await initiator.ExecuteAsync(Cdb.Read(10, Counted, 1), dataIn: read);
                bool isKnown = IsGood(written) && IsGood(result);
                if (isKnown && !read.AsSpan().SequenceEqual(block))
                    Violations.Enqueue($"A write of {value} was undone.");
                if (!isKnown && !aborts)
                    Violations.Enqueue("A write or read did not end well.");
            }
        }

        private async Task ResetAsync(LoopbackInitiator initiator)
        {
            while (!Volatile.Read(ref _isOver))
            {
                await initiator.ManageAsync(TaskManagementFunction.LogicalUnitReset);
                await Task.Yield();
            }
        }

        private async Task<bool> TryReadAsync(LoopbackInitiator initiator, byte[] seen)
        {
            LoopbackResult result = await initiator.ExecuteAsync(Cdb.Read(10, 0, Blocks), dataIn: seen);
            if (!IsGood(result))
                return false;
            ulong counter = CounterIn(seen);
            for (int i = 0; i < Counted * 512; i += 8)
            {
                if (BinaryPrimitives.ReadUInt64LittleEndian(seen.AsSpan(i)) == counter)
                    continue;
                Violations.Enqueue($"A read saw half of {counter}.");
                break;
            }
            return true;
        }

        private static bool IsGood(in LoopbackResult result) => !result.NoResponse && result.Status == ScsiStatus.Good;

        private static ulong CounterIn(byte[] data) => BinaryPrimitives.ReadUInt64LittleEndian(data);

        private static void Fill(Span<byte> blocks, ulong value)
        {
            for (int i = 0; i < blocks.Length; i += 8)
                BinaryPrimitives.WriteUInt64LittleEndian(blocks.Slice(i), value);
        }
    }
}
