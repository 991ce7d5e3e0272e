using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>
/// What one thread cannot show: while several sessions write, one fences them off, and others change reservations, abort changes
/// and come and go. The disk itself looks whether a write of a fenced session still reaches it.
/// </summary>
[TestFixture]
internal sealed class FencingStressTests
{
    private const int Rounds = 150;
    private const int Writers = 3;
    private const ulong FenceKey = 1;
    private const ulong VictimKey = 2;

    [Test]
    public async Task After_a_fence_has_answered_no_write_of_the_fenced_touches_the_medium()
    {
        var disk = new FencedDisk();
        await using var engine = new ScsiEngine(new ScsiEngineOptions { StateStore = new YieldingStore() });
        await using var driver = new LoopbackDriver(engine);
        LogicalUnit unit = engine.AddLogicalUnit("disk", disk);
        Target target = driver.AddTarget("target", new TargetOptions { DefaultGroup = AccessControlGroup.Of(unit) });
        LoopbackInitiator fence = driver.Connect(target, "fence");
        LoopbackInitiator[] victims = [driver.Connect(target, "victim1"), driver.Connect(target, "victim2")];
        using var done = new CancellationTokenSource();
        Task churn = Task.Run(() => ChurnAsync(driver, target, done.Token));
        await UntilGoodAsync(fence, new ModelOrder(6, 0, FenceKey) { Aptpl = true });
        await UntilGoodAsync(fence, new ModelOrder(1, FenceKey) { Type = 5 });
        for (int round = 0; round < Rounds; round++)
        {
            disk.Fenced = null;
            foreach (LoopbackInitiator victim in victims)
                await UntilGoodAsync(victim, new ModelOrder(6, 0, VictimKey) { Aptpl = true });
            Task[] writing = [.. victims.SelectMany(victim => Enumerable.Range(0, Writers).Select(_ => Task.Run(() => WriteAsync(victim))))];
            int before = disk.Writes;
            while (disk.Writes < before + (round % 7))
                await Task.Yield();
            var order = new ModelOrder(5, FenceKey, VictimKey) { Type = 5 };
            LoopbackResult result = await fence.ExecuteAsync(order.Cdb(), order.List());
            disk.Fenced = victims;
            Assert.That(result.Status, Is.EqualTo(ScsiStatus.Good), () => $"{result.Sense}");
            await Task.WhenAll(writing);
        }
        await done.CancelAsync();
        await churn;
        Assert.That(disk.Violations, Is.Empty);
        Assert.That(disk.Writes, Is.GreaterThan(Rounds));
        Assert.That(unit.PersistentReservations.State.KeyOf(fence.Session.NexusId!.Value), Is.EqualTo(FenceKey));
    }

    /// <summary>Writes until it is kept out.</summary>
    private static async Task WriteAsync(LoopbackInitiator victim)
    {
        var data = new byte[512];
        while ((await victim.ExecuteAsync(Cdbs.Write(0, 1), data)) is not { NoResponse: false, Status: ScsiStatus.ReservationConflict })
        {
        }
    }

    private static async Task UntilGoodAsync(LoopbackInitiator initiator, ModelOrder order)
    {
        while ((await initiator.ExecuteAsync(order.Cdb(), order.List())).Status != ScsiStatus.Good)
        {
        }
    }

    /// <summary>Others register, unregister, abort that or go in the middle of it.</summary>
    private static async Task ChurnAsync(LoopbackDriver driver, Target target, CancellationToken done)
    {
        var random = new Random(1);
        while (!done.IsCancellationRequested)
        {
            LoopbackInitiator initiator = driver.Connect(target, $"other {random.Next(3)}");
            for (int count = random.Next(1, 6); count > 0; count--)
            {
                var order = new ModelOrder(6, 0, (ulong)random.Next(2) * 99) { Aptpl = true };
                var command = new LoopbackCommand { Cdb = order.Cdb(), DataOut = order.List() };
                initiator.Submit(command);
                if (random.Next(3) == 0)
                    await initiator.ManageAsync(TaskManagementFunction.AbortTask, tag: command.Tag);
            }
            initiator.EndOfBurst();
            await initiator.CloseAsync();
        }
    }

    /// <summary>Keeps one record, and answers on threads of the pool.</summary>
    private sealed class YieldingStore : IStateStore
    {
        private long _revision;

        public async ValueTask<StateReadResult> ReadAsync(string name)
        {
            await Task.Yield();
            return new(StateReadStatus.Absent, default, 0);
        }

        public async ValueTask<StateWriteResult> WriteAsync(string name, ReadOnlyMemory<byte> content, long expectedRevision)
        {
            await Task.Yield();
            return new(
                StateWriteStatus.Stored,
                Interlocked.CompareExchange(ref _revision, expectedRevision + 1, expectedRevision) == expectedRevision
                    ? expectedRevision + 1
                    : throw new InvalidOperationException("Two writes at once."));
        }
    }

    private sealed class FencedDisk : IDevHandler
    {
        private int _writes;
        private LoopbackInitiator[]? _fenced;

        internal int Writes => Volatile.Read(ref _writes);

        /// <summary>Those whose writes may not come any more.</summary>
        internal LoopbackInitiator[]? Fenced
        {
            get => Volatile.Read(ref _fenced);
            set => Volatile.Write(ref _fenced, value);
        }

        internal ConcurrentQueue<string> Violations { get; } = new();

        public DeviceDescription Attach(LogicalUnit logicalUnit) => new() { Commands = [ScriptedHandler.Write10] };

        public void Detach()
        {
        }

        public void Parse(ScsiCommand command) => command.SetTransfer(command.Descriptor!.Direction, 512, 512);

        public void Execute(ScsiCommand command)
        {
            if (command.Tag % 3 == 0)
                Write(command);
            else
                ThreadPool.UnsafeQueueUserWorkItem(static work => work.Disk.Write(work.Command), (Disk: this, Command: command), preferLocal: false);
        }

        private void Write(ScsiCommand command)
        {
            Interlocked.Increment(ref _writes);
            if (Fenced is { } fenced && fenced.Any(victim => victim.Session == command.Session))
                Violations.Enqueue($"A write of {command.Session} came after the fence.");
            if (command.Tag % 5 == 0)
                Thread.Yield();
            command.Complete();
        }
    }
}
