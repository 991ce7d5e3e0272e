using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;
using static Scst.TaskManagementFunction;
using static Scst.TaskManagementResponse;

namespace Scst.Tests.Tasks;

/// <summary>Task management functions that concern one command, or none (SAM-6 7).</summary>
[TestFixture]
internal sealed class TaskManagementTests : EngineFixture
{
    private LoopbackInitiator _initiator = null!;
    private LoopbackInitiator _other = null!;

    [SetUp]
    public void Connect()
    {
        _initiator = Login("initiator");
        _other = Login("other");
        Disk.Holds = _ => true;
    }

    protected override ScriptedHandler CreateDisk() => new AbortableHandler();

    [Test]
    public async Task Abort_task_is_answered_when_the_handler_has_let_go()
    {
        LoopbackCommand read = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512);
        ScsiCommand atHandler = Disk.Held[0];
        Task<TaskManagementResponse> abort = Begin(_initiator, AbortTask, tag: read.Tag);
        Assert.That(abort.IsCompleted, Is.False);
        Assert.That(atHandler.IsAborted);
        Assert.That(((AbortableHandler)Disk).Aborted, Is.EqualTo(1), "The handler is told.");
        Disk.Release(read.Tag);
        Expect.NoResponse(read);
        Assert.That(await abort, Is.EqualTo(FunctionComplete));
    }

    [Test]
    public async Task Abort_task_ends_a_command_that_waits_for_data_at_once()
    {
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), new byte[512], holdsDataOut: true);
        Assert.That(await Manage(_initiator, AbortTask, tag: write.Tag), Is.EqualTo(FunctionComplete));
        Expect.NoResponse(write);
        Assert.That(() => write.DeliverDataOut(), Throws.InvalidOperationException);
        Assert.That(Disk.Started, Is.Empty);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }

    [Test]
    public async Task Abort_task_ends_a_command_that_waits_for_its_turn_at_once()
    {
        LoopbackCommand older = Start(_other, Cdbs.Read(0, 1), dataIn: 512);
        LoopbackCommand ordered = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512, attribute: TaskAttribute.Ordered);
        Assert.That(await Manage(_initiator, AbortTask, tag: ordered.Tag), Is.EqualTo(FunctionComplete));
        Expect.NoResponse(ordered);
        Disk.Release(older.Tag);
        Expect.Good(older);
        Assert.That(Disk.Started, Is.EqualTo(new[] { older.Tag }));
    }

    [Test]
    public async Task Abort_task_waits_until_a_response_is_out_of_the_way()
    {
        Disk.Holds = null;
        LoopbackCommand read = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512, holdsResponse: true);
        Task<TaskManagementResponse> abort = Begin(_initiator, AbortTask, tag: read.Tag);
        Assert.That(abort.IsCompleted, Is.False, "The initiator must not hear of the command after it has heard that it is over.");
        read.DeliverResponse();
        Expect.Good(read);
        Assert.That(await abort, Is.EqualTo(TaskDoesNotExist), "It had left the task set.");
    }

    [Test]
    public async Task Abort_task_of_what_there_is_not_says_so()
    {
        LoopbackCommand read = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512);
        Assert.That(await Manage(_initiator, AbortTask, tag: read.Tag + 1000), Is.EqualTo(TaskDoesNotExist));
        Assert.That(await Manage(_initiator, AbortTask, lun: 1, tag: read.Tag), Is.Not.EqualTo(FunctionComplete));
        Assert.That(await Manage(_other, AbortTask, tag: read.Tag), Is.EqualTo(TaskDoesNotExist));
        Disk.Release(read.Tag);
        Expect.Good(read);
        Assert.That(await Manage(_initiator, AbortTask, tag: read.Tag), Is.EqualTo(TaskDoesNotExist));
    }

    [Test]
    public async Task Two_aborts_of_one_command_are_both_answered()
    {
        LoopbackCommand read = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512);
        Task<TaskManagementResponse> first = Begin(_initiator, AbortTask, tag: read.Tag);
        Task<TaskManagementResponse> second = Begin(_initiator, AbortTask, tag: read.Tag);
        Disk.Release(read.Tag);
        Assert.That(await first, Is.EqualTo(FunctionComplete));
        Assert.That(await second, Is.EqualTo(FunctionComplete));
    }

    [Test]
    public async Task Abort_task_finds_the_new_command_while_the_core_has_not_heard_that_the_old_response_was_sent()
    {
        // An initiator reuses a tag as soon as it has the response; the driver's report of that may come later.
        var driver = new RecordingDriver();
        Session session = OpenSession(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        ScsiCommand? old = null;
        driver.OnSendResponse = command => old = command;
        RecordingDriver.Submit(session, Cdbs.TestUnitReady, tag: 7);
        driver.OnSendResponse = null;
        ScsiCommand read = RecordingDriver.Submit(session, Cdbs.Read(0, 1), DataDirection.ToInitiator, 512, tag: 7);
        session.SubmitTaskManagement(AbortTask, Lun.Zero, 7);
        Assert.That(read.IsAborted);
        old!.ResponseSent(delivered: true);
        Assert.That(driver.Managed, Is.Empty, "The handler still has the command.");
        Disk.Release(7);
        Assert.That(driver.Managed, Is.EqualTo(new[] { FunctionComplete }));
        Assert.That(driver.Responses[^1].NoResponse);
        await session.CloseAsync(SessionEndReason.Logout);
    }

    [Test]
    public async Task An_abort_that_reaches_the_driver_before_it_was_asked_for_data_reaches_it_again()
    {
        var driver = new RecordingDriver();
        Session session = OpenSession(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        ScsiCommand? fetching = null;
        Task<TaskManagementResponse>? reset = null;
        driver.OnRequestDataOut = command =>
        {
            reset = Begin(_other, LogicalUnitReset);
            fetching = command;
        };
        driver.OnAbortDataOut = command =>
        {
            if (fetching is null)
                return;
            fetching = null;
            command.DataOutReceived();
        };
        RecordingDriver.Submit(session, Cdbs.Write(0, 1), DataDirection.FromInitiator, 512, tag: 2);
        Assert.That(reset!.IsCompleted, "Nothing more will come for the driver to act on.");
        Assert.That(await reset, Is.EqualTo(FunctionComplete));
        Assert.That(driver.Responses[^1].NoResponse);
        await session.CloseAsync(SessionEndReason.Logout);
    }

    [Test]
    public async Task A_late_abort_of_data_out_does_not_end_that_of_the_next_command()
    {
        ScsiCommand? parsed = null;
        Disk.OnParse = command => parsed = command;
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), new byte[512], holdsDataOut: true);
        ScsiCommand old = parsed!;
        await Manage(_initiator, AbortTask, tag: write.Tag);
        Expect.NoResponse(write);
        _initiator.Submit(write);
        _initiator.EndOfBurst();
        ((ITargetDriver)Driver).AbortDataOut(old);
        Assert.That(write.IsDataOutHeld);
        write.DeliverDataOut();
        Disk.Release(write.Tag);
        Expect.Good(write);
    }

    [Test]
    public async Task Query_task_says_whether_the_command_is_there()
    {
        LoopbackCommand read = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512);
        Assert.That(await Manage(_initiator, QueryTask, tag: read.Tag), Is.EqualTo(FunctionSucceeded));
        Assert.That(await Manage(_initiator, QueryTask, tag: read.Tag + 1000), Is.EqualTo(FunctionComplete));
        Assert.That(await Manage(_other, QueryTask, tag: read.Tag), Is.EqualTo(FunctionComplete));
        Disk.Release(read.Tag);
        Assert.That(await Manage(_initiator, QueryTask, tag: read.Tag), Is.EqualTo(FunctionComplete));
    }

    [Test]
    public async Task Query_task_set_says_whether_any_command_of_the_nexus_is_there()
    {
        LoopbackCommand read = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512);
        Assert.That(await Manage(_initiator, QueryTaskSet), Is.EqualTo(FunctionSucceeded));
        Assert.That(await Manage(_other, QueryTaskSet), Is.EqualTo(FunctionComplete));
        Disk.Release(read.Tag);
        Assert.That(await Manage(_initiator, QueryTaskSet), Is.EqualTo(FunctionComplete));
    }

    [Test]
    public async Task Query_asynchronous_event_says_whether_a_unit_attention_is_pending()
    {
        Assert.That(await Manage(_initiator, QueryAsynchronousEvent), Is.EqualTo(FunctionComplete));
        Unit.EstablishUnitAttention(AdditionalSense.CapacityDataHasChanged);
        Assert.That(await Manage(_initiator, QueryAsynchronousEvent), Is.EqualTo(FunctionSucceeded));
        Expect.Check(Run(_initiator, Cdbs.TestUnitReady), 0x6, 0x2A09);
        Assert.That(await Manage(_initiator, QueryAsynchronousEvent), Is.EqualTo(FunctionComplete));
    }

    [TestCase(AbortTaskSet)]
    [TestCase(ClearTaskSet)]
    [TestCase(LogicalUnitReset)]
    [TestCase(QueryTask)]
    [TestCase(QueryTaskSet)]
    [TestCase(QueryAsynchronousEvent)]
    public async Task A_function_for_a_lun_that_there_is_not_says_so(TaskManagementFunction function) =>
        Assert.That(await Manage(_initiator, function, lun: 9), Is.EqualTo(IncorrectLogicalUnitNumber));

    [TestCase(ClearAca)]
    [TestCase((TaskManagementFunction)99)]
    public async Task A_function_that_there_is_not_says_so(TaskManagementFunction function) =>
        Assert.That(await Manage(_initiator, function), Is.EqualTo(FunctionNotSupported));

    [Test]
    public async Task An_aborted_write_that_the_handler_still_carries_out_holds_the_answer_back()
    {
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), Pattern(512, 1));
        Task<TaskManagementResponse> abort = Begin(_initiator, AbortTask, tag: write.Tag);
        Assert.That(abort.IsCompleted, Is.False);
        Disk.Release(write.Tag);
        Assert.That(Disk.Medium[..512], Is.EqualTo(Pattern(512, 1)), "It was carried out before the answer.");
        Assert.That(await abort, Is.EqualTo(FunctionComplete));
        Expect.NoResponse(write);
    }

    [Test]
    public async Task Cancelling_an_execution_aborts_its_command()
    {
        using var cancellation = new CancellationTokenSource();
        Task<LoopbackResult> read = _initiator.ExecuteAsync(
            Cdbs.Read(0, 1),
            dataIn: new byte[512],
            cancellationToken: cancellation.Token).AsTask();
        ScsiCommand atHandler = Disk.Held[0];
        await cancellation.CancelAsync();
        Assert.That(atHandler.IsAborted);
        Assert.That(read.IsCompleted, Is.False);
        Disk.Release(atHandler.Tag);
        await Task.WhenAny(read);
        Assert.That(read.IsCanceled);
    }

    [Test]
    public async Task Cancelling_too_late_changes_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        Task<LoopbackResult> read = _initiator.ExecuteAsync(
            Cdbs.Read(0, 1),
            dataIn: new byte[512],
            cancellationToken: cancellation.Token).AsTask();
        Disk.Release(Disk.Held[0].Tag);
        LoopbackResult result = await read;
        await cancellation.CancelAsync();
        Expect.Good(result);
    }

    [Test]
    public async Task The_handler_hears_nothing_of_an_aborted_command_that_the_core_executes()
    {
        var disk = (AbortableHandler)Disk;
        byte[] list = [0, 0, 0, 0, 0x08, 0x12, 0x04, .. new byte[17]];
        LoopbackCommand select = Start(_initiator, Cdbs.ModeSelect6(list.Length), list);
        Assert.That(disk.Change, Is.Not.Null, "It waits for the handler's answer.");
        Task<TaskManagementResponse> abort = Begin(_initiator, AbortTask, tag: select.Tag);
        Assert.That(disk.Aborted, Is.Zero);
        disk.Change!.Accept();
        Assert.That(await abort, Is.EqualTo(FunctionComplete));
        Expect.NoResponse(select);
    }

    private sealed class AbortableHandler : ScriptedHandler, IAbortHandler, IModePageHandler
    {
        internal AbortableHandler() => Description = Description with
        {
            ModePages = [new ModePage([0x08, 0x12, 0x00, .. new byte[17]], [0x08, 0x12, 0x04, .. new byte[17]])],
        };

        internal int Aborted { get; private set; }

        internal ModePageChange? Change { get; private set; }

        public void Abort(ScsiCommand command) => Aborted++;

        public void ChangeModePages(ModePageChange change) => Change = change;
    }
}
