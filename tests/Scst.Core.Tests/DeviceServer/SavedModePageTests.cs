using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.DeviceServer;

/// <summary>Mode pages with saved values (SPC-6): SP of MODE SELECT, PC 11b of MODE SENSE, PS, restarts and resets.</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed partial class SavedModePageTests : ModeFixture
{
    private const byte SavePages = 0x11;

    private static readonly byte[] _caching = With(Caching, 0, 0x88);
    private static readonly byte[] _writeThrough = With(_caching, 2, 0x00);
    private static readonly byte[] _control = With(Control, 0, 0x8A);
    private static readonly byte[] _protected = With(_control, 4, 0x08);
    private static readonly byte[] _controlExtension = With(ControlExtension, 0, 0xCA);
    private static readonly byte[] _noPrecedence = With(_controlExtension, 4, 0x04);

    private readonly List<string?> _events = [];
    private bool _refusesAtFirst;
    private string? _throwsAt;

    private ScriptedStateStore Store { get; } = new("mode-pages");

    protected override ScsiEngineOptions EngineOptions => new()
    {
        StateStore = Store,
        LoggerFactory = new EventLog(_events) { ThrowsAt = name => name is not null && name == _throwsAt },
    };

    [Test]
    public void Ps_is_one_where_a_page_can_be_saved() => Assert.That(
        All(Initiator, control: 0),
        Is.EqualTo(_caching.Concat(_control).Concat(_controlExtension).Concat(Extension)));

    [Test]
    public async Task What_was_saved_is_there_after_a_restart()
    {
        Expect.Good(SelectAndSave(_writeThrough, _protected, _noPrecedence));
        byte[] expected = [.. _writeThrough, .. _protected, .. _noPrecedence, .. Extension];
        Assert.That(All(Initiator, control: 3), Is.EqualTo(expected));
        LoopbackInitiator initiator = await RestartAsync();
        Assert.That(Modes.Changes, Is.EqualTo(new[] { _writeThrough }), "the handler goes by it from the start");
        Assert.That(All(initiator, control: 0), Is.EqualTo(expected));
        Assert.That(All(initiator, control: 3), Is.EqualTo(expected));
        Assert.That(All(initiator, control: 2), Is.EqualTo(_caching.Concat(_control).Concat(_controlExtension).Concat(Extension)));
        Expect.Check(Run(initiator, Cdbs.Write(0, 1), Pattern(512, 1)), 0x7, 0x2700);
    }

    [Test]
    public async Task What_was_not_saved_is_gone_after_a_restart()
    {
        Expect.Good(Select(_writeThrough, _protected));
        Assert.That(All(Initiator, control: 3), Is.EqualTo(_caching.Concat(_control).Concat(_controlExtension).Concat(Extension)));
        LoopbackInitiator initiator = await RestartAsync();
        Assert.That(All(initiator, control: 0), Is.EqualTo(_caching.Concat(_control).Concat(_controlExtension).Concat(Extension)));
        Assert.That(Store.Writes, Is.Zero);
    }

    // SPC-6, MODE SELECT, SP: all pages that can be saved are, not only those in the list; here all that were changed before.
    [TestCase(0)]
    [TestCase(4)]
    public async Task Sp_saves_the_current_values_of_every_page(int length)
    {
        Expect.Good(Select(_writeThrough, With(Extension, 4, 0x77)));
        Expect.Good(Run(Initiator, Cdbs.ModeSelect6(length, SavePages), length == 0 ? null : new byte[length]));
        LoopbackInitiator initiator = await RestartAsync();
        Assert.That(
            All(initiator, control: 0),
            Is.EqualTo(_writeThrough.Concat(_control).Concat(_controlExtension).Concat(Extension)),
            "the last page has PS zero");
    }

    [Test]
    public void The_others_are_told_as_they_are_of_every_change()
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(SelectAndSave(_writeThrough));
        Expect.Check(Run(other, Cdbs.TestUnitReady), 0x6, 0x2A01);
        Expect.Good(Run(Initiator, Cdbs.TestUnitReady));
    }

    [Test]
    public async Task A_reset_brings_the_saved_values_back()
    {
        Expect.Good(SelectAndSave(_writeThrough, _protected));
        Expect.Good(Select(_caching, _control));
        Expect.Good(Run(Initiator, Cdbs.Write(0, 1), Pattern(512, 1)));
        Assert.That(await Manage(Initiator, TaskManagementFunction.LogicalUnitReset), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.Check(Run(Initiator, Cdbs.TestUnitReady), 0x6, 0x2903);
        Assert.That(All(Initiator, control: 0), Is.EqualTo(_writeThrough.Concat(_protected).Concat(_controlExtension).Concat(Extension)));
        Assert.That(Modes.Changes, Is.EqualTo(new[] { _writeThrough, _caching, _writeThrough }));
    }

    [TestCase(StoreScript.Fails)]
    [TestCase(StoreScript.LeavesOld)]
    [TestCase(StoreScript.Throws)]
    [TestCase(StoreScript.ThrowsLater)]
    public async Task If_the_store_fails_the_command_fails_and_nothing_has_changed(object script)
    {
        LoopbackInitiator other = Login("other");
        Store.Script.Enqueue((StoreScript)script);
        Expect.Check(SelectAndSave(_writeThrough, _protected), 0x4, 0x4400);
        byte[] expected = [.. _caching, .. _control, .. _controlExtension, .. Extension];
        Assert.That(Modes.Changes, Is.Empty, "the handler was not even asked");
        Assert.That(All(Initiator, control: 0), Is.EqualTo(expected));
        Assert.That(All(Initiator, control: 3), Is.EqualTo(expected));
        Expect.Good(Run(other, Cdbs.TestUnitReady));
        Assert.That(_events, Has.Member("RecordNotStored"));
        Expect.Good(SelectAndSave(_protected));
        Assert.That(All(await RestartAsync(), control: 0), Is.EqualTo(_caching.Concat(_protected).Concat(_controlExtension).Concat(Extension)));
    }

    [Test]
    public async Task A_store_that_does_not_know_what_it_did_is_asked()
    {
        Store.Script.Enqueue(StoreScript.LeavesNew);
        Expect.Good(SelectAndSave(_protected));
        Assert.That(All(await RestartAsync(), control: 0), Is.EqualTo(_caching.Concat(_protected).Concat(_controlExtension).Concat(Extension)));
    }

    // As if the two had come one after the other: what only one of them lists is what that one says, and both count.
    [Test]
    public void Of_two_writers_the_second_adds_to_what_the_first_has_saved()
    {
        Store.Put(ModePageRecord.Write([_writeThrough, With(_control, 2, 0x04)]));
        Expect.Good(SelectAndSave(_protected));
        byte[] expected = [.. _writeThrough, .. _protected, .. _controlExtension, .. Extension];
        Assert.That(Modes.Changes, Is.EqualTo(new[] { _writeThrough }));
        Expect.Check(Run(Initiator, Cdbs.TestUnitReady), 0x6, 0x2A01);
        Assert.That(All(Initiator, control: 3), Is.EqualTo(expected));
        Assert.That(All(Initiator, control: 0), Is.EqualTo(expected));
    }

    [Test]
    public void What_was_changed_here_without_saving_is_saved_also_after_another_writer()
    {
        Expect.Good(Select(With(_control, 2, 0x04)));
        Store.Put(ModePageRecord.Write([_protected, _noPrecedence]));
        Expect.Good(SelectAndSave(_writeThrough));
        Expect.Check(Run(Initiator, Cdbs.TestUnitReady), 0x6, 0x2A01);
        Assert.That(
            All(Initiator, control: 3),
            Is.EqualTo(_writeThrough.Concat(With(_control, 2, 0x04)).Concat(_noPrecedence).Concat(Extension)));
    }

    [Test]
    public void A_store_that_lets_another_writer_win_forever_has_failed()
    {
        Store.HoldsWrites = true;
        LoopbackCommand select = Start(Initiator, Cdbs.ModeSelect6(24, SavePages), [0, 0, 0, 0, .. _writeThrough]);
        int attempts = 0;
        while (!select.IsCompleted && attempts < 100)
        {
            attempts++;
            Store.Put(ModePageRecord.Write([With(_control, 2, (byte)(attempts % 2 == 0 ? 0x04 : 0x00))]));
            Store.CompleteWrite();
        }
        Expect.Check(select.Result, 0x4, 0x4400);
        Assert.That(attempts, Is.EqualTo(8));
        Assert.That(Modes.Changes, Is.Empty);
    }

    [TestCase(StoreScript.Stores)]
    [TestCase(StoreScript.Fails)]
    public void What_the_handler_refuses_is_not_saved_unless_the_store_fails_then(object script)
    {
        Modes.Refusal = Protocol.Sense.MediumError(AdditionalSense.WriteError);
        Store.Script.Enqueue(StoreScript.Stores);
        Store.Script.Enqueue((StoreScript)script);
        Expect.Check(SelectAndSave(_writeThrough, _protected), 0x3, 0x0C00);
        Assert.That(All(Initiator, control: 0), Is.EqualTo(_caching.Concat(_control).Concat(_controlExtension).Concat(Extension)));
        byte[] saved = script is StoreScript.Stores
            ? [.. _caching, .. _control, .. _controlExtension, .. Extension]
            : [.. _writeThrough, .. _protected, .. _controlExtension, .. Extension];
        Assert.That(All(Initiator, control: 3), Is.EqualTo(saved), "what the record says, and no less");
    }

    [Test]
    public void The_command_waits_for_the_store_and_the_old_values_stand()
    {
        Store.HoldsWrites = true;
        LoopbackCommand select = Start(Initiator, Cdbs.ModeSelect6(16, SavePages), [0, 0, 0, 0, .. _protected]);
        Assert.That(select.IsCompleted, Is.False);
        Assert.That(Sense(0x0A), Is.EqualTo(_control));
        Expect.Good(Run(Initiator, Cdbs.Write(0, 1), Pattern(512, 1)));
        Store.CompleteWrite();
        Expect.Good(select);
        Assert.That(Sense(0x0A), Is.EqualTo(_protected));
    }

    // SPC-6, MODE SENSE, initial responses: NOT READY if saved values cannot be accessed; current values are the default ones, but
    // for SWP.
    [Test]
    public async Task A_damaged_record_leaves_the_default_values_until_others_are_saved([Values] bool isUnreadable)
    {
        Expect.Good(SelectAndSave(_protected, _writeThrough));
        if (!isUnreadable)
            Store.Put(With(Store.Record!, Store.Record!.Length - 2, (byte)'z'));
        Store.IsUnreadable = isUnreadable;
        LoopbackInitiator initiator = await RestartAsync();
        Assert.That(_events, Has.Member("SavedModePagesLost"));
        Assert.That(Modes.Changes, Is.Empty);
        Assert.That(All(initiator, control: 0), Is.EqualTo(_caching.Concat(_protected).Concat(_controlExtension).Concat(Extension)));
        Expect.Check(Run(initiator, Cdbs.ModeSense6(0x3F, control: 3), dataIn: 255), 0x2, 0x0400);
        Expect.Good(Run(initiator, Cdbs.ModeSense6(0x3F, control: 2), dataIn: 255));
        Expect.Good(SelectAndSave(initiator, _noPrecedence));
        byte[] expected = [.. _caching, .. _protected, .. _noPrecedence, .. Extension];
        Assert.That(All(initiator, control: 3), Is.EqualTo(expected));
        Assert.That(All(await RestartAsync(), control: 0), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_store_that_does_not_answer_is_asked_again_when_the_saved_values_are_wanted()
    {
        Expect.Good(SelectAndSave(_protected, _writeThrough));
        Store.FailingReads = 2;
        LoopbackInitiator initiator = await RestartAsync();
        Assert.That(_events, Has.Member("SavedModePagesLost"));
        byte[] expected = [.. _writeThrough, .. _protected, .. _controlExtension, .. Extension];
        Assert.That(Sense(initiator, 0x08), Is.EqualTo(_caching));
        Expect.Check(Run(initiator, Cdbs.ModeSense6(0x3F, control: 3), dataIn: 255), 0x2, 0x0400);
        Assert.That(All(initiator, control: 3), Is.EqualTo(expected));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2A01);
        Assert.That(All(initiator, control: 0), Is.EqualTo(expected), "they count from then on");
    }

    [Test]
    public async Task A_store_that_does_not_answer_is_asked_again_at_a_reset()
    {
        Expect.Good(SelectAndSave(_protected, _writeThrough));
        Store.FailingReads = 1;
        LoopbackInitiator initiator = await RestartAsync();
        Assert.That(Sense(initiator, 0x08), Is.EqualTo(_caching));
        Assert.That(await Manage(initiator, TaskManagementFunction.LogicalUnitReset), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2903);
        Assert.That(All(initiator, control: 0), Is.EqualTo(_writeThrough.Concat(_protected).Concat(_controlExtension).Concat(Extension)));
    }

    [Test]
    public async Task No_command_runs_before_the_saved_values_are_there()
    {
        Expect.Good(SelectAndSave(_protected));
        Store.HoldsReads = true;
        await RestartEngineAsync();
        LoopbackInitiator initiator = Connect("initiator");
        LoopbackCommand inquiry = Start(initiator, Cdbs.Inquiry(36), dataIn: 36);
        Assert.That(inquiry.IsCompleted, Is.False);
        Store.CompleteRead();
        Expect.Good(inquiry);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady), 0x6, 0x2900);
        Expect.Check(Run(initiator, Cdbs.Write(0, 1), Pattern(512, 1)), 0x7, 0x2700);
    }

    [Test]
    public async Task Saved_values_that_do_not_fit_the_device_any_more_are_left_out()
    {
        Store.Put(ModePageRecord.Write(
        [
            With(_caching, 5, 0x01), // no bit that may be changed
            [0x9C, 0x0A, .. new byte[10]], // no such page
            With(Extension, 4, 0x77), // PS zero
            [0x8A], // no header
            _protected,
        ]));
        LoopbackInitiator initiator = await RestartAsync();
        Assert.That(All(initiator, control: 0), Is.EqualTo(_caching.Concat(_protected).Concat(_controlExtension).Concat(Extension)));
        Assert.That(_events.Count(logged => logged == "SavedModePageIgnored"), Is.EqualTo(4));
    }

    [Test]
    public async Task A_handler_that_refuses_saved_values_keeps_its_default_ones()
    {
        Expect.Good(SelectAndSave(_protected, _writeThrough));
        _refusesAtFirst = true;
        LoopbackInitiator initiator = await RestartAsync();
        Assert.That(All(initiator, control: 0), Is.EqualTo(_caching.Concat(_protected).Concat(_controlExtension).Concat(Extension)));
        Assert.That(_events, Has.Member("SavedModePagesRefused"));
        Assert.That(All(initiator, control: 3), Is.EqualTo(_writeThrough.Concat(_protected).Concat(_controlExtension).Concat(Extension)));
    }

    [Test]
    public void A_page_that_cannot_be_saved_has_its_default_values_as_saved_ones()
    {
        Expect.Good(SelectAndSave(With(Extension, 4, 0x77)));
        Assert.That(All(Initiator, control: 0).Skip(20 + 12 + 32), Is.EqualTo(With(Extension, 4, 0x77)));
        Assert.That(All(Initiator, control: 3).Skip(20 + 12 + 32), Is.EqualTo(Extension));
    }

    [Test]
    public void A_record_with_any_byte_changed_is_not_read()
    {
        byte[] record = ModePageRecord.Write([_caching, _control]);
        Assert.That(ModePageRecord.TryRead(record, out var pages), Is.True);
        Assert.That(pages, Is.EqualTo(new[] { _caching, _control }));
        for (int i = 0; i < record.Length; i++)
        {
            Assert.That(ModePageRecord.TryRead(With(record, i, (byte)(record[i] ^ 0x01)), out _), Is.False, $"byte {i}");
            Assert.That(ModePageRecord.TryRead(record.AsSpan(0, i), out _), Is.False, $"{i} bytes");
        }
    }

    [Test]
    public void The_name_of_a_logical_unit_cannot_be_that_of_a_record() => Assert.That(
        () => Engine.AddLogicalUnit("disk\u001fmode-pages", new ScriptedHandler()),
        Throws.ArgumentException);

    protected override ScriptedHandler CreateDisk() => new ModeHandler
    {
        Refusal = _refusesAtFirst ? Protocol.Sense.HardwareError(AdditionalSense.InternalTargetFailure) : null,
    };

    private async Task<LoopbackInitiator> RestartAsync()
    {
        await RestartEngineAsync();
        return Login();
    }

    private LoopbackResult SelectAndSave(params byte[][] pages) => SelectAndSave(Initiator, pages);

    private static LoopbackResult SelectAndSave(LoopbackInitiator initiator, params byte[][] pages)
    {
        byte[] list = [0, 0, 0, 0, .. pages.SelectMany(page => page)];
        return Run(initiator, Cdbs.ModeSelect6(list.Length, SavePages), list);
    }

    private static byte[] Sense(LoopbackInitiator initiator, byte page) =>
        Fetch(initiator, Cdbs.ModeSense6(page, dbd: true), 255)[4..];

    private static byte[] All(LoopbackInitiator initiator, byte control) =>
        Fetch(initiator, Cdbs.ModeSense6(0x3F, 0xFF, control, dbd: true), 255)[4..];
}
