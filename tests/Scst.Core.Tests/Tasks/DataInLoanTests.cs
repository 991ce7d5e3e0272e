using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;
using static Scst.TaskManagementFunction;
using static Scst.TaskManagementResponse;

namespace Scst.Tests.Tasks;

/// <summary>
/// A handler may answer out of its own medium. What it lends is read only when the response is sent, so until then the command
/// stays in the task set; and every loan comes back.
/// </summary>
[TestFixture]
internal sealed class DataInLoanTests : LoanFixture
{
    [Test]
    public void What_is_lent_goes_to_the_driver_and_takes_no_pool_buffer()
    {
        ScsiCommand read = StartLentRead(7);
        Assert.That(read.Segments[0].Address, Is.EqualTo((nint)0x7000));
        Assert.That(read.DataInLength, Is.EqualTo(512));
        Assert.That(Engine.BufferPool.AllocatedBytes, Is.Zero);
        Assert.That(Lender.Freed, Is.Empty);
        Send(read);
        Assert.That(Transport.Responses[0].Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(Lender.Freed, Is.EqualTo(new[] { 7ul }));
    }

    [Test]
    public void Only_the_handler_s_own_commands_with_data_in_are_asked_about()
    {
        RecordingDriver.Submit(Session, Cdbs.Inquiry(96), DataDirection.ToInitiator, 96, 1);
        RecordingDriver.Submit(Session, Cdbs.Write(0, 1), DataDirection.FromInitiator, 512, 2);
        RecordingDriver.Submit(Session, Cdbs.Synchronize, tag: 3);
        RecordingDriver.Submit(Session, Cdbs.Read(0, 0), tag: 4);
        Read(5);
        Assert.That(Lender.Asked, Is.EqualTo(new[] { 5ul }));
    }

    [Test]
    public void A_handler_that_does_not_want_to_lend_gets_pool_buffers()
    {
        Lender.Wants = false;
        Disk.Medium[512] = 9;
        ScsiCommand read = Read(7);
        Assert.That(read.FirstSegment[0], Is.EqualTo(9));
        Expect.Good(StartOrdered());
    }

    [TestCase(false)]
    [TestCase(true)]
    public void An_ordered_command_waits_until_a_loan_was_sent(bool memory)
    {
        Lender.LendsMemory = memory;
        ScsiCommand read = Read(7);
        LoopbackCommand write = Start(Other, Cdbs.Write(1, 1), Pattern(512, 1), attribute: TaskAttribute.Ordered);
        Assert.That(write.IsCompleted, Is.False, "It would change what is still to be sent.");
        Send(read);
        Expect.Good(write);
    }

    [Test]
    public void An_ordered_command_that_was_there_first_is_counted_before_the_loan()
    {
        Disk.Holds = command => command.Tag == 7;
        ScsiCommand read = Read(7);
        LoopbackCommand ordered = StartOrdered();
        Disk.Release(7);
        Assert.That(Sending, Does.Contain(read));
        Assert.That(ordered.IsCompleted, Is.False);
        Send(read);
        Expect.Good(ordered);
    }

    [Test]
    public void A_simple_command_does_not_wait_for_a_loan()
    {
        StartLentRead(7);
        Expect.Good(Run(Other, Cdbs.Write(1, 1), Pattern(512, 1)));
    }

    [Test]
    public void An_ordered_read_that_was_lent_holds_the_others_back_until_it_was_sent()
    {
        ScsiCommand read = Read(7, TaskAttribute.Ordered);
        LoopbackCommand write = Start(Other, Cdbs.Write(1, 1), Pattern(512, 1));
        Assert.That(write.IsCompleted, Is.False);
        Send(read);
        Expect.Good(write);
    }

    [Test]
    public void A_head_of_queue_read_that_was_lent_holds_the_others_back_until_it_was_sent()
    {
        ScsiCommand read = Read(7, TaskAttribute.HeadOfQueue);
        LoopbackCommand write = Start(Other, Cdbs.Write(1, 1), Pattern(512, 1));
        Assert.That(write.IsCompleted, Is.False);
        Send(read);
        Expect.Good(write);
    }

    [Test]
    public void A_loan_whose_response_is_lost_leaves_the_task_set_too()
    {
        ScsiCommand read = StartLentRead(7);
        LoopbackCommand ordered = StartOrdered();
        Sending.Remove(read);
        read.ResponseSent(delivered: false);
        Expect.Good(ordered);
        Assert.That(Session.UndeliveredResponses, Is.EqualTo(1));
    }

    [TestCase("copied")]
    [TestCase("failed")]
    [TestCase("busy")]
    [TestCase("empty")]
    public void Where_no_loan_is_to_be_sent_nobody_waits_for_the_response(string ending)
    {
        Disk.OnExecute = command =>
        {
            if (command.Tag != 7)
            {
                Disk.Finish(command);
            }
            else if (ending == "copied")
            {
                Assert.That(command.TryTakeBuffers());
                Disk.Finish(command);
            }
            else
            {
                command.AddSegment(DataSegment.FromAddress(0x7000, 512));
                Lender.Lent.Add(command.Tag);
                if (ending == "failed")
                    command.Fail(Sense.MediumError(AdditionalSense.UnrecoveredReadError));
                else if (ending == "busy")
                    command.Complete(ScsiStatus.Busy);
                else
                    command.CompleteDataIn(0);
            }
        };
        ScsiCommand read = Read(7);
        Assert.That(Sending, Does.Contain(read));
        Assert.That(read.DataInLength, Is.EqualTo(ending == "copied" ? 512 : 0));
        Expect.Good(StartOrdered());
    }

    [Test]
    public void At_the_cap_of_the_pool_the_command_ends_in_busy_and_with_others_in_task_set_full()
    {
        Transport.AcceptsKernel = false;
        ScsiCommand? first = null;
        WithoutBuffers(() =>
        {
            first = Read(7);
            Read(8);
        });
        Assert.That(first!.Status, Is.EqualTo(ScsiStatus.Busy));
        Assert.That(Sending[1].Status, Is.EqualTo(ScsiStatus.TaskSetFull));
        Assert.That(Sending.TrueForAll(command => command.Segments.IsEmpty && command.DataInLength == 0));
        Expect.Good(StartOrdered());
    }

    [Test]
    public void A_driver_that_takes_no_kernel_segments_gets_none()
    {
        Transport.AcceptsKernel = false;
        Exception? thrown = null;
        Disk.OnExecute = command =>
        {
            thrown = Assert.Catch(() => command.AddSegment(DataSegment.FromAddress(0x7000, 512)));
            Disk.Finish(command);
        };
        ScsiCommand read = Read(7);
        Assert.That(thrown, Is.TypeOf<InvalidOperationException>());
        Assert.That(read.Segments[0].Kind, Is.EqualTo(SegmentKind.Memory));
    }

    [Test]
    public void Buffers_and_loans_do_not_mix()
    {
        Exception?[] thrown = new Exception?[3];
        Disk.OnExecute = command =>
        {
            if (command.Tag == 7)
            {
                Assert.That(command.TryTakeBuffers());
                thrown[0] = Assert.Catch(() => command.AddSegment(DataSegment.FromAddress(0x7000, 512)));
                thrown[1] = Assert.Catch(() => command.TryTakeBuffers());
                Disk.Finish(command);
            }
            else
            {
                command.AddSegment(DataSegment.FromAddress(0x7000, 512));
                thrown[2] = Assert.Catch(() => command.TryTakeBuffers());
                Lender.Lent.Add(command.Tag);
                command.Complete();
            }
        };
        Read(7);
        Read(8);
        Assert.That(thrown, Is.All.TypeOf<InvalidOperationException>());
        Assert.That(Sending, Has.Count.EqualTo(2));
    }

    [TestCase(0)]
    [TestCase(511)]
    public void A_loan_that_does_not_cover_the_data_never_ends_in_good(int length)
    {
        Disk.OnExecute = command => Lender.Lend(command, DataSegment.FromAddress(0x7000, length));
        ScsiCommand read = Read(7);
        Assert.That(read.Status, Is.EqualTo(ScsiStatus.CheckCondition));
        Assert.That(read.DataInLength, Is.Zero);
    }

    [Test]
    public void A_part_of_the_data_needs_segments_for_that_part_only()
    {
        Disk.OnExecute = command =>
        {
            command.AddSegment(DataSegment.FromAddress(0x7000, 100));
            Lender.Lent.Add(command.Tag);
            command.CompleteDataIn(100);
        };
        ScsiCommand read = Read(7);
        Assert.That(read.Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That((read.DataInLength, read.ResidualKind, read.ResidualCount), Is.EqualTo((100, ResidualKind.Underflow, 412u)));
    }

    [Test]
    public async Task A_command_that_is_aborted_before_its_response_gives_its_loan_back_unsent()
    {
        Disk.OnExecute = command =>
        {
            command.AddSegment(DataSegment.FromAddress(0x7000, 512));
            Lender.Lent.Add(command.Tag);
            Disk.Held.Add(command);
        };
        ScsiCommand read = Read(7);
        Session.SubmitTaskManagement(AbortTask, Lun.Zero, 7);
        Assert.That(Lender.Aborted, Is.EqualTo(new[] { 7ul }));
        Transport.OnSendResponse = null;
        Disk.Release(7);
        Assert.That(Transport.Responses[^1].NoResponse);
        Assert.That(Transport.Managed, Is.EqualTo(new[] { FunctionComplete }));
        Assert.That(await Manage(Other, LogicalUnitReset), Is.EqualTo(FunctionComplete));
    }

    [Test]
    public void An_abort_during_the_response_waits_for_it()
    {
        ScsiCommand read = StartLentRead(7);
        Session.SubmitTaskManagement(AbortTask, Lun.Zero, 7);
        Assert.That(Transport.Managed, Is.Empty);
        Send(read);
        Assert.That(Transport.Responses[0].NoResponse, Is.False);
        Assert.That(Transport.Managed, Is.EqualTo(new[] { TaskDoesNotExist }));
        Assert.That(Lender.Aborted, Is.Empty);
    }

    [Test]
    public async Task A_reset_by_another_waits_until_the_medium_is_read_no_more_and_the_response_stands()
    {
        ScsiCommand read = StartLentRead(7);
        Task<TaskManagementResponse> clear = Begin(Other, ClearTaskSet);
        Assert.That(clear.IsCompleted, Is.False);
        Send(read);
        Assert.That(await clear, Is.EqualTo(FunctionComplete));
        Assert.That(Transport.Responses[0].Status, Is.EqualTo(ScsiStatus.Good));
        ScsiCommand ready = RecordingDriver.Submit(Session, Cdbs.TestUnitReady, tag: 8);
        Assert.That(ready.Status, Is.EqualTo(ScsiStatus.Good), "No command of this nexus was cleared.");
    }

    [Test]
    public async Task Closing_the_session_waits_for_the_loan()
    {
        ScsiCommand read = StartLentRead(7);
        Task closing = Session.CloseAsync(SessionEndReason.ConnectionLost).AsTask();
        LoopbackCommand ordered = StartOrdered();
        Assert.That((closing.IsCompleted, ordered.IsCompleted), Is.EqualTo((false, false)));
        Sending.Remove(read);
        read.ResponseSent(delivered: false);
        await closing;
        Expect.Good(ordered);
    }

    // SAM-6, QUERY TASK: whether the command is in the task set. What was lent is, until the driver is done with it.
    [TestCase(true)]
    [TestCase(false)]
    public void Query_task_knows_what_is_in_the_task_set(bool lent)
    {
        Lender.Wants = lent;
        ScsiCommand read = Read(7);
        Session.SubmitTaskManagement(QueryTask, Lun.Zero, 7);
        Session.SubmitTaskManagement(QueryTaskSet, Lun.Zero);
        TaskManagementResponse expected = lent ? FunctionSucceeded : FunctionComplete;
        Assert.That(Transport.Managed, Is.EqualTo(new[] { expected, expected }));
        Send(read);
        Session.SubmitTaskManagement(QueryTask, Lun.Zero, 7);
        Assert.That(Transport.Managed[2], Is.EqualTo(FunctionComplete));
    }
}
