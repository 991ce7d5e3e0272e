using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Pauses;

/// <summary>Sessions, LUNs and logical units that are paused on purpose.</summary>
[TestFixture]
internal sealed class PauseTests : EngineFixture
{
    private readonly FakeTimeProvider _clock = new();

    protected override ScsiEngineOptions EngineOptions => new() { TimeProvider = _clock };

    private static PauseOptions Options => new("maintenance", TimeSpan.FromMinutes(1));

    [Test]
    public void Commands_that_have_their_turn_go_on_and_others_wait()
    {
        LoopbackInitiator initiator = Login();
        Disk.Holds = static _ => true;
        LoopbackCommand older = Start(initiator, Cdbs.Read(0, 1), dataIn: 512);
        Pause pause = Unit.Pause(Options);
        Assert.That(pause.Drained.IsCompleted, Is.False);
        LoopbackCommand younger = Start(initiator, Cdbs.Read(0, 1), dataIn: 512);
        LoopbackCommand inquiry = Start(initiator, Cdbs.Inquiry(36), dataIn: 36);
        Disk.ReleaseAll();
        Expect.Good(older);
        Assert.That(pause.Drained.IsCompleted);
        Assert.That(Disk.Started, Has.Count.EqualTo(1), "The handler has nothing to do while its logical unit is paused.");
        Assert.That(younger.IsCompleted, Is.False);
        Assert.That(inquiry.IsCompleted, Is.False);
        pause.Resume();
        Expect.Good(younger);
        Expect.Good(inquiry);
    }

    [Test]
    public void What_waited_goes_on_in_its_order()
    {
        LoopbackInitiator initiator = Login();
        using (Unit.Pause(Options))
        {
            for (int i = 0; i < 5; i++)
                Start(initiator, Cdbs.Write(0, 1), Pattern(512, i));
            Assert.That(Disk.Started, Is.Empty);
        }
        Assert.That(Disk.Started, Has.Count.EqualTo(5));
        Assert.That(Disk.Started, Is.Ordered);
        Assert.That(Disk.Medium.AsSpan(0, 512).ToArray(), Is.EqualTo(Pattern(512, 4)));
    }

    [Test]
    public void Another_logical_unit_goes_on()
    {
        LogicalUnit other = Add("other", new ScriptedHandler());
        Target.ChangeAccess(options => options.AddLun("default", new(1, other)));
        LoopbackInitiator initiator = Login(luns: [0, 1]);
        using Pause pause = Unit.Pause(Options);
        Expect.Good(Run(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1));
    }

    [Test]
    public void Another_session_goes_on_while_one_is_paused([Values] bool isOrdered)
    {
        LoopbackInitiator paused = Login("paused");
        LoopbackInitiator other = Login("other");
        Session session = Target.Sessions.Single(session => session.InitiatorName == "paused");
        TaskAttribute attribute = isOrdered ? TaskAttribute.Ordered : TaskAttribute.Simple;
        Pause pause = session.Pause(Options);
        LoopbackCommand[] waiting =
        [
            Start(paused, Cdbs.Read(0, 1), dataIn: 512),
            Start(paused, Cdbs.Read(0, 1), dataIn: 512, attribute: TaskAttribute.Ordered),
            Start(paused, Cdbs.Read(0, 1), dataIn: 512, attribute: TaskAttribute.HeadOfQueue),
        ];
        Expect.Good(Run(other, Cdbs.Read(0, 1), dataIn: 512, attribute: attribute));
        Expect.Good(Run(other, Cdbs.Read(0, 1), dataIn: 512));
        Assert.That(waiting.Any(command => command.IsCompleted), Is.False);
        pause.Resume();
        foreach (LoopbackCommand command in waiting)
            Expect.Good(command);
        Expect.Good(Run(other, Cdbs.Read(0, 1), dataIn: 512));
    }

    [Test]
    public void A_session_is_paused_in_the_LUNs_that_it_uses_first_or_gets_meanwhile()
    {
        LogicalUnit other = Add("other", new ScriptedHandler());
        LogicalUnit third = Add("third", new ScriptedHandler());
        Target.ChangeAccess(options => options.AddLun("default", new(1, other)));
        LoopbackInitiator initiator = Login();
        Pause pause = Target.Sessions.Single().Pause(Options);
        Target.ChangeAccess(options => options.AddLun("default", new(2, third)));
        LoopbackCommand first = Start(initiator, Cdbs.TestUnitReady, lun: 1);
        LoopbackCommand second = Start(initiator, Cdbs.TestUnitReady, lun: 2);
        Assert.That(first.IsCompleted || second.IsCompleted, Is.False);
        pause.Resume();
        Expect.Check(first.Result, 0x6, 0x2900);
        Expect.Check(second.Result, 0x6, 0x2900);
    }

    [Test]
    public void One_LUN_is_paused_and_its_neighbour_is_not()
    {
        LogicalUnit other = Add("other", new ScriptedHandler());
        Target.ChangeAccess(options => options.AddLun("default", new(1, other)));
        LoopbackInitiator initiator = Login(luns: [0, 1]);
        LoopbackInitiator neighbour = Login("neighbour");
        Session session = Target.Sessions.Single(session => session.InitiatorName == "initiator");
        Pause pause = session.Pause(Lun.FromNumber(0), Options);
        LoopbackCommand waiting = Start(initiator, Cdbs.Read(0, 1), dataIn: 512);
        Expect.Good(Run(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1));
        Expect.Good(Run(neighbour, Cdbs.Read(0, 1), dataIn: 512));
        Assert.That(waiting.IsCompleted, Is.False);
        pause.Resume();
        Expect.Good(waiting);
    }

    [Test]
    public void A_LUN_that_becomes_another_device_is_not_paused_any_more()
    {
        LogicalUnit other = Add("other", new ScriptedHandler());
        LoopbackInitiator initiator = Login();
        Pause pause = Target.Sessions.Single().Pause(Lun.FromNumber(0), Options);
        LoopbackCommand waiting = Start(initiator, Cdbs.Read(0, 1), dataIn: 512);
        Target.ChangeAccess(options => options.ReplaceLun("default", new(0, other)));
        Expect.Check(waiting.Result, 0x5, 0x2500);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2900);
        pause.Resume();
    }

    [Test]
    public void Overlapping_pauses_end_with_the_last_one()
    {
        LoopbackInitiator initiator = Login();
        Session session = Target.Sessions.Single();
        Pause[] pauses = [Unit.Pause(Options), session.Pause(Options), Unit.Pause(Options), session.Pause(Lun.FromNumber(0), Options)];
        LoopbackCommand waiting = Start(initiator, Cdbs.Read(0, 1), dataIn: 512);
        foreach (Pause pause in pauses)
        {
            Assert.That(waiting.IsCompleted, Is.False);
            pause.Resume();
            pause.Resume();
        }
        Expect.Good(waiting);
    }

    [Test]
    public void A_pause_ends_by_itself_when_its_time_has_passed()
    {
        LoopbackInitiator initiator = Login();
        Pause pause = Unit.Pause(Options);
        LoopbackCommand waiting = Start(initiator, Cdbs.Read(0, 1), dataIn: 512);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.That(waiting.IsCompleted, Is.False);
        Assert.That(pause.Duration, Is.EqualTo(TimeSpan.FromSeconds(59)));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Expect.Good(waiting);
        Assert.That((pause.IsOver, pause.HasExpired), Is.EqualTo((true, true)));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(pause.Duration, Is.EqualTo(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public void What_is_paused_and_why_can_be_seen()
    {
        Login();
        Session session = Target.Sessions.Single();
        Pause unit = Unit.Pause(new PauseOptions("backend moves", TimeSpan.FromMinutes(1)));
        Pause whole = session.Pause(Options);
        Pause lun = session.Pause(Lun.FromNumber(0), Options);
        Assert.That(Unit.Pauses, Is.EqualTo(new[] { unit }));
        Assert.That(session.Pauses, Is.EqualTo(new[] { whole, lun }));
        Assert.That(unit.ToString(), Is.EqualTo("logical unit disk: backend moves"));
        whole.Resume();
        unit.Resume();
        lun.Resume();
        Assert.That(Unit.Pauses, Is.Empty);
        Assert.That(session.Pauses, Is.Empty);
        Assert.That((unit.IsOver, unit.HasExpired), Is.EqualTo((true, false)));
    }

    [TestCase(TaskManagementFunction.AbortTaskSet)]
    [TestCase(TaskManagementFunction.ClearTaskSet)]
    [TestCase(TaskManagementFunction.LogicalUnitReset)]
    public async Task Task_management_is_not_paused(TaskManagementFunction function)
    {
        LoopbackInitiator initiator = Login();
        Pause pause = Unit.Pause(Options);
        LoopbackCommand waiting = Start(initiator, Cdbs.Read(0, 1), dataIn: 512);
        Assert.That(await Manage(initiator, function), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(waiting.Result.NoResponse);
        LoopbackCommand next = Start(initiator, Cdbs.TestUnitReady);
        Assert.That(next.IsCompleted, Is.False, "The function has not ended the pause.");
        pause.Resume();
        Assert.That(next.IsCompleted);
    }

    [Test]
    public async Task A_session_can_be_closed_while_it_is_paused([Values] bool wholeUnit)
    {
        LoopbackInitiator initiator = Login();
        Session session = Target.Sessions.Single();
        Pause pause = wholeUnit ? Unit.Pause(Options) : session.Pause(Options);
        LoopbackCommand waiting = Start(initiator, Cdbs.Read(0, 1), dataIn: 512);
        ValueTask closing = session.CloseAsync(SessionEndReason.Logout);
        Assert.That(closing.IsCompleted);
        await closing;
        Assert.That(waiting.IsCompleted);
        Assert.That(pause.IsOver, Is.EqualTo(!wholeUnit), "A pause of a session ends with it.");
        pause.Resume();
        Expect.Good(Run(Login("next"), Cdbs.Read(0, 1), dataIn: 512));
    }

    [Test]
    public void A_pause_that_is_over_before_it_is_drained_says_so_all_the_same()
    {
        LoopbackInitiator initiator = Login();
        Disk.Holds = static _ => true;
        LoopbackCommand read = Start(initiator, Cdbs.Read(0, 1), dataIn: 512);
        Pause pause = Unit.Pause(Options);
        pause.Resume();
        Assert.That(pause.Drained.IsCompleted, Is.False);
        Disk.ReleaseAll();
        Expect.Good(read);
        Assert.That(pause.Drained.IsCompleted);
    }

    [Test]
    public void A_pause_needs_a_reason_a_bound_and_something_to_pause()
    {
        Assert.That(() => new PauseOptions("", TimeSpan.FromSeconds(1)), Throws.ArgumentException);
        Assert.That(() => new PauseOptions(null!, TimeSpan.FromSeconds(1)), Throws.ArgumentNullException);
        Assert.That(() => new PauseOptions("why", TimeSpan.Zero), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PauseOptions("why", System.Threading.Timeout.InfiniteTimeSpan), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PauseOptions("why", TimeSpan.FromDays(25)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Login();
        Session session = Target.Sessions.Single();
        Assert.That(() => session.Pause(Lun.FromNumber(9), Options), Throws.ArgumentException);
        Assert.That(() => session.Pause(null!), Throws.ArgumentNullException);
        Assert.That(() => Unit.Pause(null!), Throws.ArgumentNullException);
    }
}
