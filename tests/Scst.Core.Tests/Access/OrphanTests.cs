using System;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Access;

/// <summary>Sessions that end while commands are stuck in the backend of a nexus that is gone.</summary>
[TestFixture]
internal sealed class OrphanTests : EngineFixture
{
    private static readonly AccessChangePolicy _impatient = new() { DrainTime = TimeSpan.Zero };
    private static readonly AccessChangePolicy _patient = new() { DrainTime = Timeout.InfiniteTimeSpan };

    private FreedHandler _disk = null!;

    protected override ScriptedHandler CreateDisk() => _disk = new FreedHandler();

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_session_ends_without_a_command_that_is_stuck_in_a_nexus_that_is_gone(bool wasAborted)
    {
        LoopbackInitiator initiator = Login();
        LoopbackCommand write = Stick(initiator);
        AccessChange change = Target.ChangeAccess(options => options.RemoveLun("default", 0), wasAborted ? _impatient : _patient);
        Assert.That(write.IsCompleted, Is.False);
        await End(initiator);
        Expect.NoResponse(write);
        Assert.That(Target.Sessions, Is.Empty);
        Assert.That(change.Drained.IsCompleted, Is.False, "The handler may still write.");
        Assert.That(Engine.BufferPool.RentedBytes, Is.Not.Zero, "The handler still has the command's data.");
        Assert.That(_disk.Freed, Is.Zero);
        Disk.ReleaseAll();
        Assert.That(change.Drained.IsCompleted);
        Assert.That(_disk.Freed, Is.EqualTo(1));
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }

    [Test]
    public async Task A_session_that_has_been_ending_for_long_ends_when_the_nexus_of_the_stuck_command_is_taken_away()
    {
        LoopbackInitiator initiator = Login();
        LoopbackCommand write = Stick(initiator);
        Task closing = initiator.CloseAsync(SessionEndReason.ConnectionLost).AsTask();
        Assert.That(closing.IsCompleted, Is.False, "A new session would see the disk that this one may still write to.");
        Target.ChangeAccess(options => options.RemoveLun("default", 0), _patient);
        Assert.That(Target.Sessions, Is.Empty);
        await closing;
        Expect.NoResponse(write);
    }

    [Test]
    public async Task A_read_that_is_stuck_is_let_go_too_and_only_the_stuck_one()
    {
        LoopbackInitiator initiator = Login();
        LoopbackCommand stuck = Stick(initiator, Cdbs.Read(0, 1), dataIn: 512);
        Disk.Holds = null;
        LoopbackCommand held = Start(initiator, Cdbs.Read(1, 1), dataIn: 512, holdsResponse: true);
        Target.ChangeAccess(options => options.RemoveLun("default", 0), _patient);
        await End(initiator);
        Expect.NoResponse(stuck);
        Expect.NoResponse(held);
        Assert.That(_disk.Freed, Is.EqualTo(1));
        Disk.ReleaseAll();
        Assert.That(_disk.Freed, Is.EqualTo(2));
    }

    [Test]
    public async Task A_driver_that_takes_its_time_keeps_the_session_and_the_command_is_freed_once()
    {
        var driver = new RecordingDriver();
        Session session = OpenSession(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        Disk.Holds = static _ => true;
        RecordingDriver.Submit(session, Cdbs.Read(0, 1), DataDirection.ToInitiator, 512, tag: 2);
        session.Target.ChangeAccess(options => options.RemoveLun("default", 0), _patient);
        ScsiCommand? sending = null;
        driver.OnSendResponse = command => sending = command;
        Task closing = session.CloseAsync(SessionEndReason.Logout).AsTask();
        Assert.That(sending!.SuppressResponse);
        Assert.That(closing.IsCompleted, Is.False);
        ScsiCommand orphan = sending;
        sending = null;
        Disk.ReleaseAll();
        Assert.That(sending, Is.Null, "The driver has its end already.");
        Assert.That(closing.IsCompleted, Is.False);
        Assert.That(_disk.Freed, Is.Zero, "The driver still has it.");
        orphan.ResponseSent(delivered: false);
        Assert.That(closing.IsCompleted);
        await closing;
        Assert.That(_disk.Freed, Is.EqualTo(1));
        Assert.Throws<InvalidOperationException>(() => orphan.ResponseSent(delivered: true));
    }

    [TestCase(TaskManagementFunction.LogicalUnitReset)]
    [TestCase(TaskManagementFunction.ClearTaskSet)]
    [TestCase(TaskManagementFunction.TargetReset)]
    public async Task A_function_of_another_initiator_is_not_answered_before_the_orphan_has_ended(TaskManagementFunction function)
    {
        ShowBothGroups();
        LoopbackInitiator first = Login("first");
        LoopbackInitiator second = Login("second");
        Stick(first);
        Target.ChangeAccess(options => options.RemoveLun("first", 0), _impatient);
        Task<TaskManagementResponse> before = Begin(second, function);
        await End(first);
        Task<TaskManagementResponse> after = Begin(second, function);
        Assert.That(before.IsCompleted, Is.False);
        Assert.That(after.IsCompleted, Is.False);
        Disk.ReleaseAll();
        Assert.That(await before, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(await after, Is.EqualTo(TaskManagementResponse.FunctionComplete));
    }

    [Test]
    public async Task An_abort_of_the_stuck_command_is_not_said_to_be_done_while_it_is_not()
    {
        var driver = new RecordingDriver();
        Session session = OpenSession(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        Disk.Holds = static _ => true;
        RecordingDriver.Submit(session, Cdbs.Write(0, 1), DataDirection.FromInitiator, 512, tag: 2);
        session.Target.ChangeAccess(options => options.RemoveLun("default", 0), _impatient);
        session.SubmitTaskManagement(TaskManagementFunction.AbortTask, Lun.Zero, referencedTag: 2);
        await session.CloseAsync(SessionEndReason.ConnectionLost).AsTask();
        Assert.That(driver.Managed, Is.Empty);
        Disk.ReleaseAll();
        Assert.That(driver.Managed, Is.EqualTo(new[] { TaskManagementResponse.FunctionComplete }));
    }

    [Test]
    public async Task What_its_initiator_sends_anew_waits_for_the_orphan_and_others_do_not()
    {
        ShowBothGroups();
        LoopbackInitiator first = Login("first");
        LoopbackInitiator second = Login("second");
        LoopbackCommand old = Stick(first, Cdbs.Write(0, 1), Pattern(512, 1));
        Target.ChangeAccess(options => options.RemoveLun("first", 0), _impatient);
        await End(first);
        Disk.Holds = null;
        Target.ChangeAccess(options => options.AddLun("first", new(0, Unit)));
        LoopbackInitiator again = Connect("FIRST");
        LoopbackCommand news = Start(again, Cdbs.TestUnitReady);
        LoopbackCommand write = Start(again, Cdbs.Write(0, 1), Pattern(512, 2));
        Assert.That(news.IsCompleted, Is.False);
        Assert.That(write.IsCompleted, Is.False, "The old write would overwrite it.");
        Expect.Good(Run(second, Cdbs.Read(0, 1), dataIn: 512, attribute: TaskAttribute.Simple));
        Disk.ReleaseAll();
        Expect.NoResponse(old);
        Expect.Check(news.Result, 0x6, 0x2900);
        Expect.Good(write);
        Assert.That(Fetch(second, Cdbs.Read(0, 1), 512), Is.EqualTo(Pattern(512, 2)));
    }

    [Test]
    public async Task Another_session_of_its_initiator_waits_for_the_orphan_as_soon_as_the_first_has_ended()
    {
        Target other = Driver.AddTarget("other", new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit) });
        LoopbackInitiator first = Login();
        LoopbackInitiator second = Login(target: other);
        LoopbackInitiator stranger = Login("stranger", other);
        Stick(first, Cdbs.Write(0, 1), Pattern(512, 1));
        Disk.Holds = null;
        Target.ChangeAccess(options => options.RemoveLun("default", 0), _impatient);
        Expect.Good(Run(second, Cdbs.Read(0, 1), dataIn: 512));
        await End(first);
        LoopbackCommand write = Start(second, Cdbs.Write(0, 1), Pattern(512, 2));
        Assert.That(write.IsCompleted, Is.False, "The old write would overwrite it.");
        Expect.Good(Run(stranger, Cdbs.Read(0, 1), dataIn: 512));
        Disk.ReleaseAll();
        Expect.Good(write);
        Assert.That(Fetch(stranger, Cdbs.Read(0, 1), 512), Is.EqualTo(Pattern(512, 2)));
    }

    [Test]
    public async Task Persistent_reservations_and_registrations_outlive_the_LUN_and_what_is_preempted_there_is_awaited()
    {
        ShowBothGroups();
        LoopbackInitiator first = Login("first");
        LoopbackInitiator second = Login("second");
        Expect.Good(Run(first, PersistentReserveOut(0x00), RegisterList(0, 0xA)));
        Expect.Good(Run(second, PersistentReserveOut(0x00), RegisterList(0, 0xB)));
        Expect.Good(Run(first, PersistentReserveOut(0x01, type: 5), RegisterList(0xA, 0)));
        string before = Unit.DumpPersistentReservations();
        LoopbackCommand write = Stick(first, Cdbs.Write(0, 1), Pattern(512, 1));
        Target.ChangeAccess(options => options.RemoveLun("first", 0), _patient);
        Assert.That(Unit.DumpPersistentReservations(), Is.EqualTo(before));
        LoopbackCommand preempt = Start(second, PersistentReserveOut(0x05, type: 5), RegisterList(0xB, 0xA));
        Assert.That(preempt.IsCompleted, Is.False, "The write of a nexus that is gone may still reach the medium.");
        await End(first);
        Expect.NoResponse(write);
        Assert.That(preempt.IsCompleted, Is.False, "And so it may when its session has ended.");
        Disk.ReleaseAll();
        Expect.Good(preempt);
        Assert.That(Unit.DumpPersistentReservations(), Does.Contain("second").And.Not.Contain("first"));
    }

    [Test]
    public async Task A_session_that_waits_for_an_orphan_can_end_and_so_can_its_commands()
    {
        LoopbackInitiator first = Login();
        Stick(first);
        Target.ChangeAccess(options => options.RemoveLun("default", 0), _impatient);
        await End(first);
        Target.ChangeAccess(options => options.AddLun("default", new(0, Unit)));
        LoopbackInitiator again = Connect();
        LoopbackCommand aborted = Start(again, Cdbs.TestUnitReady);
        Assert.That(
            await Manage(again, TaskManagementFunction.AbortTask, tag: aborted.Tag), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        LoopbackCommand waiting = Start(again, Cdbs.TestUnitReady);
        await End(again);
        Expect.NoResponse(waiting);
        Assert.That(_disk.Freed, Is.Zero);
    }

    [Test]
    public async Task A_reserve_of_the_session_is_dropped_when_the_orphan_has_ended()
    {
        ShowBothGroups();
        LoopbackInitiator first = Login("first");
        LoopbackInitiator second = Login("second");
        Expect.Good(Run(first, [0x16, 0, 0, 0, 0, 0]));
        Stick(first);
        Target.ChangeAccess(options => options.RemoveLun("first", 0), _impatient);
        await End(first);
        Expect.Status(Run(second, Cdbs.TestUnitReady), ScsiStatus.ReservationConflict);
        Disk.ReleaseAll();
        Expect.Good(Run(second, Cdbs.TestUnitReady));
    }

    [Test]
    public async Task The_engine_keeps_the_handler_until_it_has_ended_the_orphan()
    {
        LoopbackInitiator initiator = Login();
        Stick(initiator);
        Target.ChangeAccess(options => options.RemoveLun("default", 0), _impatient);
        await Driver.DisposeAsync();
        Task disposing = Engine.DisposeAsync().AsTask();
        Assert.That(disposing.IsCompleted, Is.False);
        Assert.That(Disk.Detached, Is.Zero);
        Disk.ReleaseAll();
        await disposing;
        Assert.That(Disk.Detached, Is.EqualTo(1));
    }

    private LoopbackCommand Stick(LoopbackInitiator initiator) => Stick(initiator, Cdbs.Write(0, 1), Pattern(512, 1));

    private LoopbackCommand Stick(LoopbackInitiator initiator, byte[] cdb, byte[]? dataOut = null, int dataIn = 0)
    {
        Disk.Holds = static _ => true;
        _disk.Freed = 0;
        LoopbackCommand command = Start(initiator, cdb, dataOut, dataIn);
        Assert.That(Disk.Held, Has.Count.EqualTo(1));
        return command;
    }

    private static async Task End(LoopbackInitiator initiator)
    {
        Task closing = initiator.CloseAsync(SessionEndReason.ConnectionLost).AsTask();
        Assert.That(closing.IsCompleted, "The session waits for a command that is stuck.");
        await closing;
    }

    private static byte[] PersistentReserveOut(byte action, byte type = 0) => [0x5F, action, type, 0, 0, 0, 0, 0, 24, 0];

    private static byte[] RegisterList(byte key, byte serviceActionKey)
    {
        byte[] list = new byte[24];
        (list[7], list[15]) = (key, serviceActionKey);
        return list;
    }

    private void ShowBothGroups() => Target.ChangeAccess(options => options.AddGroup(new AccessControlGroup
    {
        Name = "first",
        Initiators = ["first"],
        Luns = [new(0, Unit)],
    }));

    private sealed class FreedHandler : ScriptedHandler, ICommandFreedHandler
    {
        internal int Freed { get; set; }

        public void CommandFreed(ScsiCommand command) => Freed++;
    }
}
