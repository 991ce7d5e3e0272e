using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>In the steady state a command costs no heap: not in the core, not in the loopback driver.</summary>
[TestFixture]
internal sealed class AllocationTests : EngineFixture
{
    private const int Warm = 2000;
    private const int Counted = 5000;
    private const int Batches = 5;

    private LoopbackInitiator _initiator = null!;

    protected override ScriptedHandler CreateDisk() => new QuietHandler();

    [SetUp]
    public void Connect() => _initiator = Login();

    [Test]
    public void Test_unit_ready() => CostsNothing(new LoopbackCommand { Cdb = Cdbs.TestUnitReady });

    [Test]
    public void Reading_4_kib() => CostsNothing(new LoopbackCommand { Cdb = Cdbs.Read(8, 8), DataIn = new byte[4096] });

    [Test]
    public void Writing_4_kib() => CostsNothing(new LoopbackCommand { Cdb = Cdbs.Write(8, 8), DataOut = new byte[4096] });

    [Test]
    public void Reading_an_ordered_4_kib() =>
        CostsNothing(new LoopbackCommand { Cdb = Cdbs.Read(8, 8), DataIn = new byte[4096], TaskAttribute = TaskAttribute.Ordered });

    [Test]
    public void Reading_3_mib() => CostsNothing(new LoopbackCommand { Cdb = Cdbs.Read(0, 6144), DataIn = new byte[3 << 20] }, 20);

    [Test]
    public void Writing_4_kib_into_a_loan()
    {
        ((QuietHandler)Disk).Lends = true;
        CostsNothing(new LoopbackCommand { Cdb = Cdbs.Write(8, 8), DataOut = new byte[4096] });
    }

    [Test]
    public void Reading_into_nowhere() => CostsNothing(new LoopbackCommand
    {
        Cdb = Cdbs.Read(8, 8),
        ExpectedDirection = DataDirection.ToInitiator,
        ExpectedLength = 4096,
    });

    [Test]
    public void A_hundred_commands_in_a_burst()
    {
        var commands = new LoopbackCommand[100];
        for (int i = 0; i < commands.Length; i++)
            commands[i] = new LoopbackCommand { Cdb = Cdbs.Read(i, 8), DataIn = new byte[4096] };
        CostsNothing(100, () =>
        {
            foreach (LoopbackCommand command in commands)
                _initiator.Submit(command);
            _initiator.EndOfBurst();
        });
        Array.ForEach(commands, Expect.Good);
    }

    [Test]
    public void Awaiting_a_read_that_ends_at_once()
    {
        ReadOnlyMemory<byte> cdb = Cdbs.Read(8, 8);
        byte[] memory = new byte[4096];
        int good = 0;
        int all = 0;
        CostsNothing(Counted, () =>
        {
            all++;
            ValueTask<LoopbackResult> read = _initiator.ExecuteAsync(cdb, dataIn: memory);
            if (read.IsCompletedSuccessfully && read.Result.Status == ScsiStatus.Good)
                good++;
        });
        Assert.That(good, Is.EqualTo(all));
    }

    private void CostsNothing(LoopbackCommand command, int rounds = Counted)
    {
        CostsNothing(rounds, () =>
        {
            _initiator.Submit(command);
            _initiator.EndOfBurst();
        });
        Expect.Good(command);
    }

    private static void CostsNothing(int rounds, Action action)
    {
        for (int i = 0; i < Math.Min(Warm, rounds); i++)
            action();
        // The runtime itself allocates now and then, once, as it compiles better code; what a command costs, it costs in
        // every batch.
        long least = long.MaxValue;
        for (int batch = 0; batch < Batches && least > 0; batch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < rounds; i++)
                action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.That(least, Is.Zero);
    }

    /// <summary>Does what the scripted handler does, and keeps no lists.</summary>
    private sealed class QuietHandler : ScriptedHandler, IDataOutLender, ICommandFreedHandler, IBurstHandler
    {
        internal bool Lends { get; set; }

        public override void Execute(ScsiCommand command) => Finish(command);

        public bool WantsToLend(ScsiCommand command) => Lends;

        public bool TryLend(ScsiCommand command)
        {
            command.AddSegment(DataSegment.FromMemory(Medium, 0, command.DataOutLength));
            return true;
        }

        public void CommandFreed(ScsiCommand command)
        {
        }

        public void EndOfBurst()
        {
        }
    }
}
