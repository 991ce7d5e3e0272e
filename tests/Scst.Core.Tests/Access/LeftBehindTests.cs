using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Access;

/// <summary>Commands of a nexus that is gone, when something else comes over them before they have ended.</summary>
[TestFixture]
internal sealed class LeftBehindTests : EngineFixture
{
    private static readonly AccessChangePolicy _patient = new() { DrainTime = Timeout.InfiniteTimeSpan };

    private readonly Interloper _interloper = new();

    protected override ScsiEngineOptions EngineOptions => new() { Probe = _interloper };

    [SetUp]
    public void Forget() => _interloper.Script.Clear();

    [TestCase(TaskManagementFunction.LogicalUnitReset)]
    [TestCase(TaskManagementFunction.ClearTaskSet)]
    public async Task A_command_left_behind_that_another_initiator_aborts_ends_with_a_status(TaskManagementFunction function)
    {
        Target.ChangeAccess(options => options.AddGroup(new AccessControlGroup
        {
            Name = "first",
            Initiators = ["first"],
            Luns = [new(0, Unit)],
        }));
        LoopbackInitiator first = Login("first");
        LoopbackInitiator second = Login("second");
        Disk.Holds = static _ => true;
        LoopbackCommand read = Start(first, Cdbs.Read(0, 1), dataIn: 512);
        Target.ChangeAccess(options => options.RemoveLun("first", 0), _patient);
        Task<TaskManagementResponse> response = Begin(second, function);
        Disk.ReleaseAll();
        Assert.That(await response, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(read.IsCompleted);
        Assert.That(read.Result.NoResponse, Is.False, "Nothing will ever tell its initiator that it is gone.");
    }

    [TestCase(TaskManagementFunction.AbortTaskSet)]
    [TestCase(TaskManagementFunction.ClearTaskSet)]
    [TestCase(TaskManagementFunction.LogicalUnitReset)]
    public async Task A_function_for_a_LUN_is_not_over_before_older_commands_of_that_LUN_are(TaskManagementFunction function)
    {
        var otherDisk = new ScriptedHandler();
        LogicalUnit other = Add("other", otherDisk);
        LoopbackInitiator initiator = Login();
        Disk.Holds = static _ => true;
        LoopbackCommand write = Start(initiator, Cdbs.Write(0, 1), Pattern(512, 1));
        Target.ChangeAccess(options => options.ReplaceLun("default", new(0, other)), _patient);
        Task<TaskManagementResponse> response = Begin(initiator, function);
        Assert.That(response.IsCompleted, Is.False, "The write may still reach the medium, and be answered.");
        Disk.ReleaseAll();
        Assert.That(await response, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.NoResponse(write);
    }

    [Test]
    public void A_command_that_was_reset_with_a_nexus_that_it_then_finds_gone_ends()
    {
        var otherDisk = new ScriptedHandler();
        LogicalUnit other = Add("other", otherDisk);
        Target.ChangeAccess(options => options.AddGroup(new AccessControlGroup
        {
            Name = "first",
            Initiators = ["first"],
            Luns = [new(0, Unit)],
        }));
        LoopbackInitiator first = Login("first");
        LoopbackInitiator second = Login("second");
        Task<TaskManagementResponse>? response = null;
        _interloper.Script.Enqueue(() => Target.ChangeAccess(options => options.AddLun("first", new(1, other))));
        // The command has the nexus by now, and has not yet seen that the map is another one.
        _interloper.Script.Enqueue(() =>
        {
            response = Begin(second, TaskManagementFunction.LogicalUnitReset);
            Target.ChangeAccess(options => options.RemoveLun("first", 0));
        });
        LoopbackCommand read = Start(first, Cdbs.Read(0, 1), dataIn: 512);
        Assert.That(read.IsCompleted);
        Assert.That(response!.IsCompleted);
        Assert.That(read.Result.NoResponse, Is.False);
    }

    [Test]
    public void A_write_that_waits_for_its_data_and_its_turn_is_not_supported_also_when_there_is_no_time()
    {
        var driver = new RecordingDriver();
        Session session = OpenSession(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        Disk.Holds = static _ => true;
        RecordingDriver.Submit(session, Cdbs.Read(0, 1), DataDirection.ToInitiator, 512, tag: 2, TaskAttribute.Ordered);
        driver.OnRequestDataOut = static _ => { };
        ScsiCommand write = RecordingDriver.Submit(session, Cdbs.Write(0, 1), DataDirection.FromInitiator, 512, tag: 3);
        session.Target.ChangeAccess(
            options => options.RemoveLun("default", 0), new AccessChangePolicy { DrainTime = TimeSpan.Zero });
        // A driver may take its time to stop.
        write.DataOutReceived();
        LoopbackResult result = driver.Responses[^1];
        Disk.ReleaseAll();
        Assert.That(session.CloseAsync(SessionEndReason.Logout).AsTask().IsCompleted);
        Expect.Check(result, 0x5, 0x2500);
    }

    [Test]
    public void Report_luns_that_fails_leaves_the_unit_attention_pending()
    {
        var otherDisk = new ScriptedHandler();
        LogicalUnit other = Add("other", otherDisk);
        LoopbackInitiator initiator = Login();
        Target.ChangeAccess(options => options.AddLun("default", new(1, other)));
        Expect.Check(Run(initiator, Cdbs.ReportLuns(select: 0x7F), dataIn: 64), 0x5, 0x2400);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x3F0E);
    }

    [Test]
    public void Report_luns_whose_response_is_lost_leaves_the_unit_attention_pending()
    {
        var driver = new RecordingDriver();
        Session session = OpenSession(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        var otherDisk = new ScriptedHandler();
        LogicalUnit other = Add("other", otherDisk);
        session.Target.ChangeAccess(options => options.AddLun("default", new(1, other)));
        driver.OnSendResponse = static command => command.ResponseSent(delivered: false);
        RecordingDriver.Submit(session, Cdbs.ReportLuns(64), DataDirection.ToInitiator, 64);
        driver.OnSendResponse = null;
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        Sense? sense = driver.Responses[^1].Sense;
        Assert.That(session.CloseAsync(SessionEndReason.Logout).AsTask().IsCompleted);
        Assert.That(sense, Is.EqualTo(Sense.UnitAttention(AdditionalSense.ReportedLunsDataHasChanged)));
    }

    private sealed class Interloper : TranslationProbe
    {
        internal Queue<Action> Script { get; } = [];

        internal override void Found(ScsiCommand command)
        {
            if (Script.Count > 0)
                Script.Dequeue()();
        }
    }
}
