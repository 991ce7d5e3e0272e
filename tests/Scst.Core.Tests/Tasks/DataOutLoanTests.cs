using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>
/// A handler may receive data-out straight into memory of its own. It lends only to a command that has its turn and has
/// passed every check, and gets every loan back.
/// </summary>
[TestFixture]
internal sealed class DataOutLoanTests : EngineFixture
{
    private LoopbackInitiator _initiator = null!;

    private LendingHandler Lender => (LendingHandler)Disk;

    [SetUp]
    public void Connect() => _initiator = Login();

    [TearDown]
    public void EveryLoanIsBack() => Assert.That(Lender.Freed, Is.EqualTo(Lender.Lent), "In the order in which they were made.");

    protected override ScriptedHandler CreateDisk() => new LendingHandler();

    [Test]
    public void Data_out_goes_straight_into_what_was_lent()
    {
        byte[] data = Pattern(3 * 512, 1);
        LoopbackCommand write = Start(_initiator, Cdbs.Write(5, 3), data);
        Expect.Good(write);
        Assert.That(Disk.Medium.AsSpan(5 * 512, data.Length).SequenceEqual(data));
        Assert.That(Lender.Lent, Is.EqualTo(new[] { write.Tag }));
        Assert.That(Engine.BufferPool.AllocatedBytes, Is.Zero);
    }

    [Test]
    public void A_read_takes_pool_buffers_and_is_freed_all_the_same()
    {
        LoopbackCommand read = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512, holdsResponse: true);
        Assert.That(Lender.AllFreed, Is.Empty);
        read.DeliverResponse();
        Assert.That(Lender.AllFreed, Is.EqualTo(new[] { read.Tag }));
    }

    [Test]
    public void A_loan_ends_when_the_response_is_out_of_the_way()
    {
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), Pattern(512, 1), holdsResponse: true);
        Assert.That(Lender.Lent, Has.Count.EqualTo(1));
        Assert.That(Lender.Freed, Is.Empty);
        write.DeliverResponse();
        Assert.That(Lender.Freed, Has.Count.EqualTo(1));
    }

    [Test]
    public void Nothing_is_lent_to_a_write_that_is_refused()
    {
        LoopbackInitiator other = Connect("other");
        Expect.Check(Run(other, Cdbs.Write(0, 1), Pattern(512, 1)), 0x6, 0x2900);
        Expect.Good(Run(_initiator, Cdbs.Reserve6));
        Expect.Status(Run(other, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
        Expect.Good(Run(_initiator, Cdbs.Release6));
        Unit.NotReady = Sense.NotReady(AdditionalSense.MediumNotPresent);
        Expect.Check(Run(other, Cdbs.Write(0, 1), Pattern(512, 1)), 0x2, 0x3A00);
        Unit.NotReady = null;
        byte[] protect = [0, 0, 0, 0, 0x0A, 0x0A, 0x00, 0x10, 0x08, 0, 0, 0, 0, 0, 0, 0];
        Expect.Good(Run(_initiator, Cdbs.ModeSelect6(protect.Length), protect));
        Expect.Check(Run(_initiator, Cdbs.Write(0, 1), Pattern(512, 1)), 0x7, 0x2700);
        Assert.That(Lender.Lent, Is.Empty);
        Assert.That(Disk.Medium.Take(512), Is.All.Zero);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }

    [Test]
    public void Nothing_is_lent_before_a_write_has_its_turn()
    {
        Disk.Holds = command => command.Direction == DataDirection.ToInitiator;
        LoopbackCommand older = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512);
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), Pattern(512, 1), attribute: TaskAttribute.Ordered, holdsDataOut: true);
        Assert.That(write.IsDataOutHeld, Is.False, "The transport waits for the turn before it fetches data.");
        Assert.That(Lender.Lent, Is.Empty);
        Disk.Release(older.Tag);
        Assert.That(write.IsDataOutHeld);
        Assert.That(Lender.Lent, Is.EqualTo(new[] { write.Tag }));
        Assert.That(Disk.Started, Does.Not.Contain(write.Tag));
        write.DeliverDataOut();
        Expect.Good(write);
    }

    [Test]
    public void A_write_that_receives_into_a_loan_counts_as_running()
    {
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), Pattern(512, 1), holdsDataOut: true);
        LoopbackCommand ordered = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512, attribute: TaskAttribute.Ordered);
        Assert.That(ordered.IsCompleted, Is.False);
        write.DeliverDataOut();
        Expect.Good(ordered);
        Assert.That(ordered.DataIn.ToArray(), Is.EqualTo(Pattern(512, 1)));
    }

    [Test]
    public async Task An_aborted_write_gives_its_loan_back_unexecuted()
    {
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), Pattern(512, 1), holdsDataOut: true);
        Assert.That(
            await Manage(_initiator, TaskManagementFunction.AbortTask, tag: write.Tag),
            Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.NoResponse(write);
        Assert.That(Disk.Started, Is.Empty);
    }

    [Test]
    public void Data_that_is_lost_on_its_way_ends_the_loan_unexecuted()
    {
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), Pattern(512, 1), holdsDataOut: true);
        write.FailDataOut(Sense.AbortedCommand(AdditionalSense.DataPhaseError));
        Expect.Check(write.Result, 0xB, 0x4B00);
        Assert.That(Disk.Started, Is.Empty);
    }

    [Test]
    public async Task Closing_the_session_gives_the_loan_back()
    {
        Start(_initiator, Cdbs.Write(0, 1), Pattern(512, 1), holdsDataOut: true);
        await _initiator.CloseAsync(SessionEndReason.ConnectionLost);
        Assert.That(Lender.Freed, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_lender_that_has_nothing_to_lend_gets_pool_buffers()
    {
        Lender.IsEmpty = true;
        Expect.Good(Run(_initiator, Cdbs.Write(0, 2), Pattern(1024, 1)));
        Assert.That(Disk.Medium[..1024], Is.EqualTo(Pattern(1024, 1)));
        Assert.That(Lender.Lent, Is.Empty);
        Assert.That(Engine.BufferPool.AllocatedBytes, Is.Positive);
    }

    [Test]
    public void A_lender_that_fails_the_command_gets_back_what_it_has_lent_and_no_data_is_fetched()
    {
        Lender.OnLend = command => command.Fail(Sense.MediumError(AdditionalSense.WriteError));
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), Pattern(512, 1), holdsDataOut: true);
        Assert.That(write.IsDataOutHeld, Is.False);
        Expect.Check(write.Result, 0x3, 0x0C00);
        Assert.That(Lender.Lent, Has.Count.EqualTo(1));
        Assert.That(Disk.Medium.Take(512), Is.All.Zero);
    }

    [Test]
    public void A_lender_that_has_nothing_to_lend_at_the_cap_of_the_pool_has_the_command_refused()
    {
        Lender.IsEmpty = true;
        List<DataBuffer> taken = [];
        for (int length = DataBufferPool.LargestBuffer; length >= 4096; length /= 4)
        {
            while (Engine.BufferPool.TryRent(length) is { } buffer)
                taken.Add(buffer);
        }
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), Pattern(512, 1), holdsDataOut: true);
        taken.ForEach(Engine.BufferPool.Return);
        Assert.That(write.IsDataOutHeld, Is.False);
        Expect.Status(write.Result, ScsiStatus.Busy);
        Assert.That(Disk.Started, Is.Empty);
    }

    [Test]
    public async Task A_write_that_is_aborted_by_what_happens_while_it_is_lent_to_fetches_nothing()
    {
        Task<TaskManagementResponse>? abort = null;
        Lender.OnLend = command => abort = Begin(_initiator, TaskManagementFunction.AbortTask, tag: command.Tag);
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), Pattern(512, 1), holdsDataOut: true);
        Assert.That(write.IsDataOutHeld, Is.False);
        Expect.NoResponse(write);
        Assert.That(await abort!, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(Lender.Lent, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_write_that_is_aborted_while_it_is_executed_gives_its_loan_back_when_the_handler_is_done()
    {
        Disk.Holds = static _ => true;
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), Pattern(512, 1));
        Task<TaskManagementResponse> abort = Begin(_initiator, TaskManagementFunction.AbortTask, tag: write.Tag);
        Assert.That(abort.IsCompleted, Is.False);
        Assert.That(Lender.Freed, Is.Empty);
        Disk.Release(write.Tag);
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.NoResponse(write);
    }

    [Test]
    public void A_write_without_data_borrows_nothing()
    {
        Expect.Good(Run(_initiator, Cdbs.Write(0, 0)));
        Assert.That(Lender.Lent, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_segment_that_is_lent_at_another_time_is_refused(bool parsing)
    {
        // Behind pool buffers, whose old bytes would be sent in its place.
        Exception? thrown = null;
        Action<ScsiCommand> lend = command => thrown = Assert.Catch(() => command.AddSegment(DataSegment.FromMemory(new byte[512], 0, 512)));
        if (parsing)
            Disk.OnParse = lend;
        else
            Disk.OnExecute = command =>
            {
                lend(command);
                Disk.Finish(command);
            };
        LoopbackCommand read = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512);
        Assert.That(thrown, Is.TypeOf<InvalidOperationException>());
        Expect.Good(read);
        Assert.That(read.DataIn.ToArray(), Is.EqualTo(Disk.Medium[..512]));
    }

    [Test]
    public void Kernel_segments_go_only_to_a_driver_that_accepts_them()
    {
        Lender.LendsAddresses = true;
        Expect.Good(Run(_initiator, Cdbs.Write(0, 1), Pattern(512, 1)));
        Assert.That(Lender.Kinds, Is.EqualTo(new[] { SegmentKind.Memory }));
        Lender.Kinds.Clear();

        var driver = new KernelDriver();
        Session session = OpenSession(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        Disk.OnExecute = command => command.Complete();
        RecordingDriver.Submit(session, Cdbs.Write(0, 2), DataDirection.FromInitiator, 1024, tag: 7);
        driver.Accepts = false;
        RecordingDriver.Submit(session, Cdbs.Write(0, 2), DataDirection.FromInitiator, 1024, tag: 8);
        Assert.That(driver.Fetched, Is.EqualTo(new[] { (SegmentKind.KernelAddress, 1024), (SegmentKind.Memory, 1024) }));
        Assert.That(Lender.Kinds, Is.EqualTo(new[] { SegmentKind.KernelAddress, SegmentKind.Memory }));
    }

    private sealed class LendingHandler : ScriptedHandler, IDataOutLender, ICommandFreedHandler
    {
        internal List<ulong> Lent { get; } = [];

        internal List<ulong> Freed { get; } = [];

        internal List<ulong> AllFreed { get; } = [];

        internal List<SegmentKind> Kinds { get; } = [];

        internal bool IsEmpty { get; set; }

        internal Action<ScsiCommand>? OnLend { get; set; }

        internal bool LendsAddresses { get; set; }

        public bool WantsToLend(ScsiCommand command) => true;

        public bool TryLend(ScsiCommand command)
        {
            if (IsEmpty)
                return false;
            int offset = (int)command.Descriptor!.Lba.Read(command.Cdb) * BlockLength;
            DataSegment segment = LendsAddresses && command.AcceptsKernelSegments
                ? DataSegment.FromAddress(0x7000, command.DataOutLength)
                : DataSegment.FromMemory(Medium, offset, command.DataOutLength);
            command.AddSegment(segment);
            Kinds.Add(segment.Kind);
            Lent.Add(command.Tag);
            OnLend?.Invoke(command);
            return true;
        }

        public void CommandFreed(ScsiCommand command)
        {
            AllFreed.Add(command.Tag);
            if (Lent.Contains(command.Tag))
                Freed.Add(command.Tag);
        }
    }

    private sealed class KernelDriver : ITargetDriver, IKernelSegmentDriver
    {
        internal bool Accepts { get; set; } = true;

        internal List<(SegmentKind Kind, int Length)> Fetched { get; } = [];

        public bool AcceptsKernelSegments(Session session) => Accepts;

        public void RequestDataOut(ScsiCommand command)
        {
            foreach (DataSegment segment in command.Segments)
                Fetched.Add((segment.Kind, segment.Length));
            command.DataOutReceived();
        }

        public void AbortDataOut(ScsiCommand command)
        {
        }

        public void SendResponse(ScsiCommand command) => command.ResponseSent(delivered: true);

        public void TaskManagementDone(TaskManagementRequest request)
        {
        }
    }
}
