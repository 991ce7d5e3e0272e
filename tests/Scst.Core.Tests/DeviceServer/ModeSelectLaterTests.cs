using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.DeviceServer;

/// <summary>MODE SELECT whose handler takes its time, for example to flush a cache that is being disabled.</summary>
[TestFixture]
internal sealed class ModeSelectLaterTests : ModeFixture
{
    private static readonly byte[] _writeBack = With(Caching, 2, 0x00);
    private static readonly byte[] _extended = With(Extension, 4, 0x77);
    private static readonly byte[] _protected = With(Control, 4, 0x08);

    [Test]
    public void The_command_waits_and_the_old_values_stand_until_the_handler_accepts()
    {
        LoopbackInitiator other = Login("other");
        Modes.HoldsChanges = true;
        LoopbackCommand select = StartSelect(Initiator, _writeBack);
        Assert.That(select.IsCompleted, Is.False);
        Assert.That(Sense(0x08), Is.EqualTo(Caching));
        Expect.Good(Run(other, Cdbs.TestUnitReady));
        Modes.HeldChanges.Dequeue().Accept();
        Expect.Good(select);
        Assert.That(Sense(0x08), Is.EqualTo(_writeBack));
        Expect.Check(Run(other, Cdbs.TestUnitReady), 0x6, 0x2A01);
    }

    [Test]
    public void A_refusal_that_comes_later_changes_nothing_and_tells_nobody()
    {
        LoopbackInitiator other = Login("other");
        Modes.HoldsChanges = true;
        LoopbackCommand select = StartSelect(Initiator, _writeBack, _extended, _protected);
        Modes.HeldChanges.Dequeue().Refuse(Protocol.Sense.MediumError(AdditionalSense.WriteError));
        Expect.Check(select.Result, 0x3, 0x0C00);
        Assert.That(Sense(0x08), Is.EqualTo(Caching));
        Assert.That(Sense(0x0A), Is.EqualTo(Control));
        Expect.Good(Run(Initiator, Cdbs.Write(0, 1), Pattern(512, 1)));
        Expect.Good(Run(other, Cdbs.TestUnitReady));
    }

    [Test]
    public void The_pages_of_one_command_are_one_change()
    {
        Modes.HoldsChanges = true;
        LoopbackCommand select = StartSelect(Initiator, _extended, _protected, _writeBack);
        ModePageChange change = Modes.HeldChanges.Dequeue();
        Assert.That(Modes.HeldChanges, Is.Empty);
        Assert.That(change.Pages.Select(page => (page.Code, page.Subpage)), Is.EqualTo(new[] { ((byte)0x08, (byte)0), ((byte)0x0A, (byte)2) }));
        Assert.That(change.TryGetValues(0x08, 0, out ReadOnlySpan<byte> caching), Is.True);
        Assert.That(caching.ToArray(), Is.EqualTo(_writeBack));
        Assert.That(change.TryGetValues(0x0A, 2, out ReadOnlySpan<byte> extension), Is.True);
        Assert.That(extension.ToArray(), Is.EqualTo(_extended));
        Assert.That(change.TryGetValues(0x0A, 0, out ReadOnlySpan<byte> control), Is.False, "the core's own");
        Assert.That(control.IsEmpty, Is.True);
        change.Accept();
        Expect.Good(select);
        Expect.Check(Run(Initiator, Cdbs.Write(0, 1), Pattern(512, 1)), 0x7, 0x2700);
    }

    [Test]
    public void Of_a_page_that_is_there_twice_the_last_one_counts()
    {
        Expect.Good(Select(_writeBack, Caching));
        Assert.That(Modes.Changes, Is.Empty);
        Expect.Good(Select(Caching, _writeBack));
        Assert.That(Modes.Changes, Is.EqualTo(new[] { _writeBack }));
        Assert.That(Sense(0x08), Is.EqualTo(_writeBack));
    }

    [Test]
    public void Changes_follow_one_another_in_the_order_of_their_commands()
    {
        Modes.HoldsChanges = true;
        LoopbackCommand first = StartSelect(Initiator, _writeBack);
        LoopbackCommand second = StartSelect(Login("other"), Caching);
        LoopbackCommand same = StartSelect(Initiator, Caching);
        Assert.That(Modes.HeldChanges, Has.Count.EqualTo(1));
        Modes.HeldChanges.Dequeue().Accept();
        Expect.Good(first);
        Assert.That(Sense(0x08), Is.EqualTo(_writeBack));
        Assert.That(second.IsCompleted, Is.False, "it is a change since the first one");
        Modes.HeldChanges.Dequeue().Accept();
        Expect.Good(second);
        Expect.Good(same);
        Assert.That(Modes.HeldChanges, Is.Empty);
        Expect.Check(Run(Initiator, Cdbs.TestUnitReady), 0x6, 0x2A01);
        Assert.That(Sense(0x08), Is.EqualTo(Caching));
    }

    [Test]
    public void A_long_row_of_changes_costs_no_stack()
    {
        Modes.HoldsChanges = true;
        LoopbackCommand first = StartSelect(Initiator, _writeBack);
        LoopbackCommand[] row = [.. Enumerable.Range(0, 100).Select(i => StartSelect(Initiator, i % 2 == 0 ? Caching : _writeBack))];
        Modes.HoldsChanges = false;
        Modes.HeldChanges.Dequeue().Accept();
        Expect.Good(first);
        foreach (LoopbackCommand command in row)
            Expect.Good(command);
        Assert.That(Modes.Changes, Has.Count.EqualTo(100));
        Assert.That(Modes.Deepest, Is.EqualTo(1));
    }

    [Test]
    public async Task An_abort_waits_for_the_handler_and_what_it_accepts_takes_effect()
    {
        Modes.HoldsChanges = true;
        LoopbackCommand select = StartSelect(Initiator, _writeBack);
        LoopbackCommand waiting = StartSelect(Initiator, _extended);
        Task<TaskManagementResponse> abort = Begin(Initiator, TaskManagementFunction.AbortTaskSet);
        Assert.That(abort.IsCompleted, Is.False);
        Modes.HeldChanges.Dequeue().Accept();
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.NoResponse(select);
        Expect.NoResponse(waiting);
        Assert.That(Sense(0x08), Is.EqualTo(_writeBack), "the handler goes by it");
        Assert.That(Modes.HeldChanges, Is.Empty, "the one that was aborted before its turn changes nothing");
    }

    [Test]
    public async Task A_reset_does_not_wait_for_the_handler_but_later_changes_do()
    {
        Expect.Good(Select(_writeBack, _protected));
        Modes.HoldsChanges = true;
        Assert.That(await Manage(Initiator, TaskManagementFunction.LogicalUnitReset), Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Expect.Check(Run(Initiator, Cdbs.TestUnitReady), 0x6, 0x2903);
        Assert.That(Sense(0x0A), Is.EqualTo(Control), "what the core obeys is back at once");
        LoopbackCommand select = StartSelect(Initiator, _writeBack);
        Assert.That(select.IsCompleted, Is.False);
        Modes.HeldChanges.Dequeue().Accept();
        Assert.That(Sense(0x08), Is.EqualTo(Caching));
        Modes.HeldChanges.Dequeue().Accept();
        Expect.Good(select);
        Assert.That(Sense(0x08), Is.EqualTo(_writeBack));
    }

    [Test]
    public void A_change_ends_once()
    {
        Modes.HoldsChanges = true;
        LoopbackCommand select = StartSelect(Initiator, _writeBack);
        ModePageChange change = Modes.HeldChanges.Dequeue();
        change.Accept();
        Assert.That(change.Accept, Throws.InvalidOperationException);
        Assert.That(() => change.Refuse(Protocol.Sense.HardwareError(AdditionalSense.InternalTargetFailure)), Throws.InvalidOperationException);
        Expect.Good(select);
        Assert.That(Sense(0x08), Is.EqualTo(_writeBack));
    }

    private static LoopbackCommand StartSelect(LoopbackInitiator initiator, params byte[][] pages)
    {
        byte[] list = [0, 0, 0, 0, .. pages.SelectMany(page => page)];
        return Start(initiator, Cdbs.ModeSelect6(list.Length), list);
    }
}
