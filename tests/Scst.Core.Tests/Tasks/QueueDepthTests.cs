using System.Linq;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>How many commands a nexus may have, and what a full pool does (SAM-6 5.3.1: TASK SET FULL, BUSY).</summary>
[TestFixture]
internal sealed class QueueDepthTests : EngineFixture
{
    private const int Depth = 3;
    private const int LongTransfer = 512 << 10;

    private LoopbackInitiator _initiator = null!;
    private LoopbackInitiator _other = null!;

    protected override LogicalUnitOptions UnitOptions => new() { QueueDepth = Depth };

    /// <summary>Room for one buffer of the largest size.</summary>
    protected override ScsiEngineOptions EngineOptions => new()
    {
        Buffers = new DataBufferPoolOptions { MaxBytes = 1 << 20 },
        MaxTransferBytes = LongTransfer,
    };

    [SetUp]
    public void Connect()
    {
        _initiator = Login("initiator");
        _other = Login("other");
        Disk.Holds = _ => true;
    }

    [Test]
    public void One_command_too_many_ends_in_task_set_full_and_the_others_do_not_notice()
    {
        LoopbackCommand[] reads = [.. Enumerable.Range(0, Depth).Select(_ => Read(_initiator))];
        Expect.Status(Run(_initiator, Cdbs.TestUnitReady), ScsiStatus.TaskSetFull);
        Expect.Good(Run(_other, Cdbs.TestUnitReady));
        Disk.Release(reads[1].Tag);
        Expect.Good(Run(_initiator, Cdbs.TestUnitReady));
        Assert.That(reads[0].IsCompleted || reads[2].IsCompleted, Is.False);
    }

    [Test]
    public void A_refused_command_reports_no_unit_attention()
    {
        for (int i = 0; i < Depth; i++)
            Read(_initiator);
        Unit.EstablishUnitAttention(AdditionalSense.CapacityDataHasChanged);
        Expect.Status(Run(_initiator, Cdbs.TestUnitReady), ScsiStatus.TaskSetFull);
        Disk.Release(Disk.Started[0]);
        Expect.Check(Run(_initiator, Cdbs.TestUnitReady), 0x6, 0x2A09);
    }

    [Test]
    public void A_refused_command_that_its_driver_had_failed_carries_no_sense_data()
    {
        var driver = new RecordingDriver();
        Session session = OpenSession(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        for (ulong tag = 0; tag < Depth; tag++)
            RecordingDriver.Submit(session, Cdbs.Synchronize, tag: tag);
        ScsiCommand failed = session.RentCommand();
        failed.Initialize(9, Lun.Zero, Cdbs.TestUnitReady, TaskAttribute.Simple, DataDirection.None, 0);
        failed.Fail(Sense.AbortedCommand(AdditionalSense.UnexpectedUnsolicitedData));
        session.Submit(failed);
        Expect.Status(driver.Responses[^1], ScsiStatus.TaskSetFull);
    }

    [Test]
    public void A_depth_of_one_is_a_task_set_too()
    {
        LogicalUnit narrow = Engine.AddLogicalUnit("narrow", new HoldingHandler(), new LogicalUnitOptions { QueueDepth = 1 });
        Target target = Driver.AddTarget("narrow", new TargetOptions { DefaultGroup = AccessControlGroup.Of(narrow) });
        LoopbackInitiator initiator = Login("initiator", target);
        LoopbackCommand read = Read(initiator);
        Expect.Status(Run(initiator, Cdbs.TestUnitReady), ScsiStatus.TaskSetFull);
        ((HoldingHandler)narrow.Handler).ReleaseAll();
        Expect.Good(read);
    }

    [Test]
    public void A_command_whose_response_is_on_its_way_still_counts()
    {
        Disk.Holds = null;
        var reads = new LoopbackCommand[Depth];
        for (int i = 0; i < Depth; i++)
            reads[i] = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512, holdsResponse: true);
        Expect.Status(Run(_initiator, Cdbs.TestUnitReady), ScsiStatus.TaskSetFull);
        foreach (LoopbackCommand read in reads)
            read.DeliverResponse();
        Expect.Good(Run(_initiator, Cdbs.TestUnitReady));
    }

    [Test]
    public void Without_memory_a_command_ends_in_task_set_full_or_for_a_nexus_that_has_none_in_busy()
    {
        LoopbackCommand read = Start(_initiator, Cdbs.Read(0, LongTransfer / 512), dataIn: LongTransfer);
        Expect.Status(Run(_initiator, Cdbs.Read(0, 1), dataIn: 512), ScsiStatus.TaskSetFull);
        Expect.Status(Run(_other, Cdbs.Read(0, 1), dataIn: 512), ScsiStatus.Busy);
        Expect.Status(Run(_other, Cdbs.Write(0, 1), new byte[512]), ScsiStatus.Busy);
        Expect.Good(Run(_other, Cdbs.TestUnitReady));
        Disk.Release(read.Tag);
        Expect.Good(read);
        Disk.Holds = null;
        Expect.Good(Run(_other, Cdbs.Read(0, 1), dataIn: 512));
        Assert.That(Engine.BufferPool.AllocatedBytes, Is.LessThanOrEqualTo(1 << 20));
    }

    [Test]
    public void Without_memory_even_an_unknown_lun_is_busy()
    {
        Start(_initiator, Cdbs.Read(0, LongTransfer / 512), dataIn: LongTransfer);
        Expect.Status(Run(_other, Cdbs.Inquiry(36), dataIn: 36, lun: 5), ScsiStatus.Busy);
    }

    private static LoopbackCommand Read(LoopbackInitiator initiator) => Start(initiator, Cdbs.Read(0, 1), dataIn: 512);

    private sealed class HoldingHandler : ScriptedHandler
    {
        internal HoldingHandler() => Holds = _ => true;
    }
}
