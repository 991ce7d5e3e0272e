using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>What was lent to a WRITE cannot be written when its data comes: pool buffers take the rest, and nothing is lost.</summary>
[TestFixture]
internal sealed class DataOutFaultTests : EngineFixture
{
    private const int Address = 0x7000;
    private const int Length = 2048;

    private RecordingDriver _transport = null!;
    private Session _session = null!;
    private readonly List<ScsiCommand> _receiving = [];

    private LendingHandler Lender => (LendingHandler)Disk;

    protected override ScriptedHandler CreateDisk() => new LendingHandler();

    protected override ScsiEngineOptions EngineOptions => new() { Buffers = new DataBufferPoolOptions { MaxBytes = 8 << 20 }, MaxTransferBytes = 4 << 20 };

    [SetUp]
    public void OpenSession()
    {
        _receiving.Clear();
        _transport = new RecordingDriver { AcceptsKernel = true, OnRequestDataOut = _receiving.Add };
        _session = OpenSession(_transport);
        RecordingDriver.Submit(_session, Cdbs.TestUnitReady);
        _transport.Responses.Clear();
    }

    [TearDown]
    public void EveryLoanIsBackOnce()
    {
        foreach (ScsiCommand command in _receiving.Where(command => command.Stage == CommandStage.DataOutWait))
            command.DataOutReceived();
        Assert.That(Lender.Freed, Is.EquivalentTo(Lender.Lent));
    }

    [TestCase(0, "M2048")]
    [TestCase(1, "A1 M2047")]
    [TestCase(511, "A511 M1537")]
    [TestCase(512, "A512 M1536")]
    [TestCase(513, "A512 A1 M1535")]
    [TestCase(1536, "A512 A1024 M512")]
    [TestCase(1537, "A512 A1024 A1 M511")]
    [TestCase(2047, "A512 A1024 A511 M1")]
    public void What_is_in_its_place_stays_lent_and_buffers_take_the_rest(int offset, string expected)
    {
        ScsiCommand write = Write();
        Assert.That(write.TryReplaceLoan(offset));
        Assert.That(Describe(write), Is.EqualTo(expected));
        long covered = 0;
        foreach (DataSegment segment in write.Segments)
        {
            if (segment.Kind == SegmentKind.KernelAddress)
                Assert.That((long)segment.Address, Is.EqualTo(Address + covered));
            covered += segment.Length;
        }
        Assert.That(covered, Is.EqualTo(Length));
    }

    [Test]
    public void A_long_rest_takes_several_buffers()
    {
        ScsiCommand write = Write(blocks: 4000);
        Assert.That(write.TryReplaceLoan(100));
        Assert.That(Describe(write), Is.EqualTo($"A100 M{1 << 20} M{(4000 * 512) - 100 - (1 << 20)}"));
        write.DataOutReceived();
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }

    [Test]
    public void The_handler_executes_with_what_is_left_of_the_loan_and_the_buffers()
    {
        string? executed = null;
        Disk.OnExecute = command =>
        {
            executed = Describe(command);
            command.Complete();
        };
        ScsiCommand write = Write();
        Assert.That(write.TryReplaceLoan(700));
        Assert.That(Disk.Started, Is.Empty);
        write.DataOutReceived();
        Assert.That(executed, Is.EqualTo("A512 A188 M1348"));
        Expect.Good(_transport.Responses.Single());
        Assert.That(_transport.Responses[0].ResidualKind, Is.EqualTo(ResidualKind.None));
    }

    [Test]
    public void After_a_fault_no_kernel_segments_are_taken_until_the_command_is_used_again()
    {
        ScsiCommand write = Write();
        Assert.That(write.AcceptsKernelSegments);
        write.TryReplaceLoan(0);
        Assert.That(write.AcceptsKernelSegments, Is.False);
        write.DataOutReceived();
        ScsiCommand again = Write(tag: 8);
        Assert.That(again, Is.SameAs(write));
        Assert.That(again.AcceptsKernelSegments);
        Assert.That(Describe(again), Is.EqualTo("A512 A1024 A512"));
    }

    [Test]
    public void At_the_cap_of_the_pool_nothing_changes_and_the_driver_fails_the_command()
    {
        ScsiCommand write = Write();
        List<DataBuffer> taken = [];
        for (int length = DataBufferPool.LargestBuffer; length >= 4096; length /= 4)
        {
            while (Engine.BufferPool.TryRent(length) is { } buffer)
                taken.Add(buffer);
        }
        Assert.That(write.TryReplaceLoan(700), Is.False);
        Assert.That(Describe(write), Is.EqualTo("A512 A1024 A512"));
        taken.ForEach(Engine.BufferPool.Return);
        write.DataOutFailed(Sense.AbortedCommand(AdditionalSense.DataPhaseError));
        Expect.Check(_transport.Responses.Single(), 0xB, 0x4B00);
        Assert.That(Disk.Started, Is.Empty);
    }

    [Test]
    public void Only_what_is_lent_and_is_being_received_can_be_replaced()
    {
        ScsiCommand write = Write();
        Assert.That(() => write.TryReplaceLoan(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => write.TryReplaceLoan(Length), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(write.TryReplaceLoan(0));
        Assert.That(() => write.TryReplaceLoan(0), Throws.InvalidOperationException, "Buffers do not fault.");
        Disk.OnExecute = Disk.Held.Add;
        write.DataOutReceived();
        Assert.That(() => write.TryReplaceLoan(0), Throws.InvalidOperationException);
        Disk.Held.Remove(write);
        write.Complete();

        Lender.IsEmpty = true;
        ScsiCommand copied = Write(tag: 8);
        Assert.That(() => copied.TryReplaceLoan(0), Throws.InvalidOperationException);
        Lender.Wants = false;
        ScsiCommand plain = Write(tag: 9);
        Assert.That(() => plain.TryReplaceLoan(0), Throws.InvalidOperationException);
        copied.DataOutReceived();
        plain.DataOutReceived();
    }

    [TestCase(true)]
    [TestCase(false)]
    public void An_abort_is_answered_when_the_receive_has_stopped_after_a_fault_too(bool faultsBeforeAbort)
    {
        ScsiCommand write = Write(tag: 7);
        if (faultsBeforeAbort)
            write.TryReplaceLoan(100);
        _session.SubmitTaskManagement(TaskManagementFunction.AbortTask, Lun.Zero, 7);
        if (!faultsBeforeAbort)
            write.TryReplaceLoan(100);
        Assert.That(_transport.Managed, Is.Empty);
        Assert.That(Lender.Freed, Is.Empty);
        write.DataOutReceived();
        Assert.That(_transport.Managed, Is.EqualTo(new[] { TaskManagementResponse.FunctionComplete }));
        Assert.That(_transport.Responses.Single().NoResponse);
        Assert.That(Disk.Started, Is.Empty);
    }

    [Test]
    public async Task A_reset_by_another_is_answered_when_the_receive_has_stopped()
    {
        LoopbackInitiator other = Login("other");
        ScsiCommand write = Write();
        Task<TaskManagementResponse> reset = Begin(other, TaskManagementFunction.LogicalUnitReset);
        write.TryReplaceLoan(100);
        Assert.That(reset.IsCompleted, Is.False);
        write.DataOutFailed(Sense.AbortedCommand(AdditionalSense.DataPhaseError));
        Assert.That(await reset, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(_transport.Responses.Single().NoResponse);
    }

    [Test]
    public async Task A_session_that_ends_gives_back_loan_and_buffers()
    {
        ScsiCommand write = Write();
        write.TryReplaceLoan(100);
        Task closing = _session.CloseAsync(SessionEndReason.ConnectionLost).AsTask();
        Assert.That(closing.IsCompleted, Is.False);
        write.DataOutFailed(Sense.AbortedCommand(AdditionalSense.DataPhaseError));
        await closing;
        Assert.That(Lender.Freed, Has.Count.EqualTo(1));
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }

    [Test]
    public void A_handler_that_throws_gets_its_loan_back_too()
    {
        Disk.OnExecute = static _ => throw new InvalidOperationException("The handler is broken.");
        ScsiCommand write = Write();
        write.TryReplaceLoan(100);
        write.DataOutReceived();
        Expect.Check(_transport.Responses.Single(), 0x4, 0x4400);
    }

    private static string Describe(ScsiCommand command)
    {
        List<string> segments = [];
        foreach (DataSegment segment in command.Segments)
            segments.Add($"{(segment.Kind == SegmentKind.Memory ? 'M' : 'A')}{segment.Length}");
        return string.Join(' ', segments);
    }

    private ScsiCommand Write(int blocks = Length / 512, ulong tag = 7) =>
        RecordingDriver.Submit(_session, Cdbs.Write(0, blocks), DataDirection.FromInitiator, (uint)blocks * 512, tag);

    /// <summary>Lends in three pieces: one block, two blocks, and the rest.</summary>
    private sealed class LendingHandler : ScriptedHandler, IDataOutLender, ICommandFreedHandler
    {
        internal bool Wants { get; set; } = true;

        internal bool IsEmpty { get; set; }

        internal List<ulong> Lent { get; } = [];

        internal List<ulong> Freed { get; } = [];

        public bool WantsToLend(ScsiCommand command) => Wants;

        public bool TryLend(ScsiCommand command)
        {
            if (IsEmpty)
                return false;
            command.AddSegment(DataSegment.FromAddress(Address, 512));
            command.AddSegment(DataSegment.FromAddress(Address + 512, 1024));
            command.AddSegment(DataSegment.FromAddress(Address + 1536, command.DataOutLength - 1536));
            Lent.Add(command.Tag);
            return true;
        }

        public void CommandFreed(ScsiCommand command)
        {
            if (Lent.Contains(command.Tag))
                Freed.Add(command.Tag);
        }

        internal override void Finish(ScsiCommand command) => command.Complete();
    }
}
