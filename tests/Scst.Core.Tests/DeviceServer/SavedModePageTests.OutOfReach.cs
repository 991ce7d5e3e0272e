using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.DeviceServer;

/// <content>Saved values that are out of reach, or lost.</content>
internal sealed partial class SavedModePageTests
{
    [Test]
    public async Task A_record_that_was_out_of_reach_is_not_lost_when_others_are_saved()
    {
        Expect.Good(SelectAndSave(_protected, _noPrecedence));
        Store.FailingReads = 1;
        LoopbackInitiator initiator = await RestartAsync();
        Expect.Good(SelectAndSave(initiator, _writeThrough));
        byte[] expected = [.. _writeThrough, .. _protected, .. _noPrecedence, .. Extension];
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2A01);
        Assert.That(All(initiator, control: 3), Is.EqualTo(expected));
        Assert.That(All(initiator, control: 0), Is.EqualTo(expected), "it counts from then on");
        Assert.That(All(await RestartAsync(), control: 0), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_record_that_was_out_of_reach_is_not_lost_when_the_first_attempt_to_save_fails()
    {
        Expect.Good(SelectAndSave(_noPrecedence));
        Store.FailingReads = 1;
        LoopbackInitiator initiator = await RestartAsync();
        Store.Script.Enqueue(StoreScript.Fails);
        Expect.Check(SelectAndSave(initiator, _writeThrough), 0x4, 0x4400);
        Expect.Good(SelectAndSave(initiator, _writeThrough));
        byte[] expected = [.. _writeThrough, .. _control, .. _noPrecedence, .. Extension];
        Assert.That(All(await RestartAsync(), control: 0), Is.EqualTo(expected));
    }

    [Test]
    public async Task As_long_as_the_saved_values_are_out_of_reach_nothing_can_be_saved()
    {
        Expect.Good(SelectAndSave(_noPrecedence));
        int writes = Store.Writes;
        Store.FailingReads = 2;
        LoopbackInitiator initiator = await RestartAsync();
        Expect.Check(SelectAndSave(initiator, _writeThrough), 0x4, 0x4400);
        Assert.That(Store.Writes, Is.EqualTo(writes));
    }

    // Perhaps SWP was saved.
    [Test]
    public async Task The_medium_is_write_protected_while_the_saved_values_are_not_known([Values] bool isUnreadable)
    {
        Expect.Good(SelectAndSave(_writeThrough));
        (Store.IsUnreadable, Store.FailingReads) = (isUnreadable, isUnreadable ? 0 : 1);
        LoopbackInitiator initiator = await RestartAsync();
        Expect.Check(Run(initiator, Cdbs.Write(0, 1), Pattern(512, 1)), 0x7, 0x2700);
        Expect.Good(Run(initiator, Cdbs.Read(0, 1), dataIn: 512));
        Expect.Good(Select(initiator, _control));
        Expect.Good(Run(initiator, Cdbs.Write(0, 1), Pattern(512, 1)));
    }

    [Test]
    public async Task The_protection_ends_when_the_saved_values_are_found_without_it()
    {
        Expect.Good(SelectAndSave(_writeThrough));
        Store.FailingReads = 1;
        LoopbackInitiator initiator = await RestartAsync();
        Expect.Check(Run(initiator, Cdbs.Write(0, 1), Pattern(512, 1)), 0x7, 0x2700);
        Expect.Good(Run(initiator, Cdbs.ModeSense6(0x3F, control: 3), dataIn: 255));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2A01);
        Expect.Good(Run(initiator, Cdbs.Write(0, 1), Pattern(512, 1)));
        Assert.That(Modes.Changes, Is.EqualTo(new[] { _writeThrough }));
    }

    [Test]
    public async Task A_saved_control_page_that_does_not_fit_any_more_leaves_the_medium_write_protected()
    {
        Store.Put(ModePageRecord.Write([With(_control, 2, 0x10)]));
        LoopbackInitiator initiator = await RestartAsync();
        Assert.That(Sense(initiator, 0x0A), Is.EqualTo(_protected));
    }

    // A log that throws stands for whatever may go wrong: somebody waits for every one of these.
    [Test]
    public async Task An_exception_costs_the_command_and_no_other()
    {
        _throwsAt = "RecordNotStored";
        Store.Script.Enqueue(StoreScript.Fails);
        Expect.Check(SelectAndSave(_protected), 0x4, 0x4400);
        Modes.Refusal = Protocol.Sense.MediumError(AdditionalSense.WriteError);
        Store.Script.Enqueue(StoreScript.Stores);
        Store.Script.Enqueue(StoreScript.Fails);
        Expect.Check(SelectAndSave(_writeThrough), 0x3, 0x0C00);
        Assert.That(_events.Count(logged => logged == "ModePagesFailed"), Is.EqualTo(2));
        _throwsAt = "RecordNotRead";
        Store.FailingReads = 2;
        LoopbackInitiator initiator = await RestartAsync();
        Expect.Check(Run(initiator, Cdbs.ModeSense6(0x3F, control: 3), dataIn: 255), 0x2, 0x0400);
        Expect.Check(Run(initiator, Cdbs.Write(0, 1), Pattern(512, 1)), 0x7, 0x2700);
        Expect.Good(SelectAndSave(initiator, _control));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2A01);
        Expect.Good(Run(initiator, Cdbs.Write(0, 1), Pattern(512, 1)));
    }
}
