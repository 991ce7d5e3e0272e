using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;
using static Scst.TaskManagementFunction;
using static Scst.TaskManagementResponse;

namespace Scst.Tests.Tasks;

/// <summary>What was lent cannot be read when it is to be sent: the handler copies, or says exactly what is wrong.</summary>
[TestFixture]
internal sealed class DataInFaultTests : LoanFixture
{
    [Test]
    public void The_handler_reads_by_copying_and_the_command_is_answered_again()
    {
        Pattern(512, 3).CopyTo(Disk.Medium, 512);
        ScsiCommand read = StartLentRead(7);
        Fault(read);
        Assert.That(Sending, Is.EqualTo(new[] { read }));
        Assert.That(read.Segments.Length, Is.EqualTo(1));
        Assert.That(read.FirstSegment.ToArray(), Is.EqualTo(Pattern(512, 3)));
        Assert.That((read.Status, read.DataInLength, read.ResidualKind), Is.EqualTo((ScsiStatus.Good, 512, ResidualKind.None)));
        Assert.That(Lender.Copied, Is.EqualTo(new[] { 7ul }));
        Assert.That(Lender.Freed, Is.Empty, "The command is not over.");
    }

    [Test]
    public void An_ordered_command_still_waits_while_the_handler_copies()
    {
        Lender.OnCopy = Disk.Held.Add;
        ScsiCommand read = StartLentRead(7);
        LoopbackCommand ordered = StartOrdered();
        Fault(read);
        Assert.That(ordered.IsCompleted, Is.False);
        Lender.OnCopy = null;
        Disk.Held.Remove(read);
        Lender.CopyDataIn(read);
        Expect.Good(ordered);
        Assert.That(Sending, Is.EqualTo(new[] { read }), "What was copied is not the medium.");
    }

    [Test]
    public void What_the_handler_finds_then_is_what_the_initiator_hears()
    {
        Lender.OnCopy = command => command.Fail(Sense.MediumError(AdditionalSense.UnrecoveredReadError));
        ScsiCommand read = StartLentRead(7);
        LoopbackCommand ordered = StartOrdered();
        Fault(read);
        Assert.That((read.Status, read.DataInLength), Is.EqualTo((ScsiStatus.CheckCondition, 0)));
        Assert.That((read.ResidualKind, read.ResidualCount), Is.EqualTo((ResidualKind.Underflow, 512u)));
        Assert.That(read.SenseData[2] & 0x0F, Is.EqualTo(3));
        Expect.Good(ordered);
    }

    [Test]
    public void A_handler_that_throws_costs_this_one_command()
    {
        Lender.OnCopy = static _ => throw new InvalidOperationException("The handler is broken.");
        ScsiCommand read = StartLentRead(7);
        Fault(read);
        Assert.That(read.Status, Is.EqualTo(ScsiStatus.CheckCondition));
        Assert.That(read.SenseData[2] & 0x0F, Is.EqualTo(4));
        Expect.Good(StartOrdered());
    }

    [Test]
    public void At_the_cap_of_the_pool_the_command_ends_in_busy()
    {
        ScsiCommand read = StartLentRead(7);
        WithoutBuffers(() => Fault(read));
        Assert.That((read.Status, read.DataInLength), Is.EqualTo((ScsiStatus.Busy, 0)));
        Expect.Good(StartOrdered());
    }

    [Test]
    public void After_a_fault_no_kernel_segment_is_taken_again()
    {
        Exception? thrown = null;
        Lender.OnCopy = command =>
        {
            Assert.That(command.AcceptsKernelSegments, Is.False);
            thrown = Assert.Catch(() => command.AddSegment(DataSegment.FromAddress(0x7000, 512)));
            command.Complete(ScsiStatus.Busy);
        };
        ScsiCommand read = StartLentRead(7);
        Fault(read);
        Assert.That(thrown, Is.TypeOf<InvalidOperationException>());
        Send(read);
        Lender.OnCopy = null;
        StartLentRead(8);
    }

    [Test]
    public void A_fault_of_what_was_not_lent_is_a_mistake_of_the_driver()
    {
        Lender.Wants = false;
        ScsiCommand copied = Read(7);
        Assert.That(copied.DataInFaulted, Throws.InvalidOperationException);
        Send(copied);
        Lender.Wants = true;
        ScsiCommand read = StartLentRead(8);
        Lender.OnCopy = Disk.Held.Add;
        Fault(read);
        Assert.That(read.DataInFaulted, Throws.InvalidOperationException);
        Assert.That(() => read.ResponseSent(delivered: true), Throws.InvalidOperationException);
        Disk.Held.Clear();
        Lender.OnCopy = null;
        Lender.CopyDataIn(read);
        Assert.That(read.DataInFaulted, Throws.InvalidOperationException, "Now it has buffers.");
    }

    [Test]
    public void A_command_that_was_aborted_during_the_response_ends_as_such_at_the_fault()
    {
        ScsiCommand read = StartLentRead(7);
        Session.SubmitTaskManagement(AbortTask, Lun.Zero, 7);
        Fault(read);
        Assert.That(Sending, Is.EqualTo(new[] { read }));
        Assert.That(read.SuppressResponse);
        Assert.That(Lender.Copied, Is.Empty);
        Assert.That(Transport.Managed, Is.Empty);
        Send(read);
        Assert.That(Transport.Managed, Is.EqualTo(new[] { FunctionComplete }), "The initiator got no answer.");
    }

    [Test]
    public void A_command_that_is_aborted_while_it_is_copied_ends_as_such()
    {
        Lender.OnCopy = Disk.Held.Add;
        ScsiCommand read = StartLentRead(7);
        Fault(read);
        Session.SubmitTaskManagement(AbortTask, Lun.Zero, 7);
        Assert.That(Lender.Aborted, Is.EqualTo(new[] { 7ul }));
        Lender.OnCopy = null;
        Disk.Held.Clear();
        Lender.CopyDataIn(read);
        Assert.That(read.SuppressResponse);
        Send(read);
        Assert.That(Transport.Managed, Is.EqualTo(new[] { FunctionComplete }));
    }

    [Test]
    public async Task A_command_that_another_cleared_during_the_response_is_a_loss_only_at_a_fault()
    {
        ScsiCommand read = StartLentRead(7);
        Task<TaskManagementResponse> clear = Begin(Other, ClearTaskSet);
        Fault(read);
        Assert.That(read.SuppressResponse);
        Assert.That(await clear, Is.EqualTo(FunctionComplete));
        Send(read);
        ScsiCommand ready = RecordingDriver.Submit(Session, Cdbs.TestUnitReady, tag: 8);
        Assert.That((ready.SenseData[2] & 0x0F, ready.SenseData[12]), Is.EqualTo((6, (byte)0x2F)));
    }

    [Test]
    public async Task With_tas_a_fault_after_a_reset_by_another_ends_in_task_aborted_without_data()
    {
        byte[] list = [0, 0, 0, 0, 0x0A, 0x0A, 0x00, 0x10, 0, 0x40, 0, 0, 0, 0, 0, 0];
        Expect.Good(Run(Other, Cdbs.ModeSelect6(list.Length), list));
        Send(RecordingDriver.Submit(Session, Cdbs.TestUnitReady, tag: 6));
        ScsiCommand read = StartLentRead(7);
        Task<TaskManagementResponse> reset = Begin(Other, LogicalUnitReset);
        Fault(read);
        Assert.That((read.Status, read.SuppressResponse, read.DataInLength), Is.EqualTo((ScsiStatus.TaskAborted, false, 0)));
        Assert.That(await reset, Is.EqualTo(FunctionComplete), "It waits for the medium, not for the response.");
    }

    [Test]
    public async Task A_fault_after_the_session_was_closed_answers_nobody()
    {
        ScsiCommand read = StartLentRead(7);
        Task closing = Session.CloseAsync(SessionEndReason.ConnectionLost).AsTask();
        Fault(read);
        Assert.That(read.SuppressResponse);
        Assert.That(Lender.Copied, Is.Empty);
        Assert.That(closing.IsCompleted, Is.False);
        Send(read);
        await closing;
    }
}
