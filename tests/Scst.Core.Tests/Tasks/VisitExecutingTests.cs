using System.Collections.Generic;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>What <see cref="LogicalUnit.VisitExecuting"/> shows.</summary>
[TestFixture]
internal sealed class VisitExecutingTests : EngineFixture
{
    private LoopbackInitiator _first = null!;
    private LoopbackInitiator _second = null!;

    [SetUp]
    public void Connect()
    {
        _first = Login("first");
        _second = Login("second");
        Disk.Holds = static _ => true;
    }

    [Test]
    public void Commands_that_have_their_turn_are_shown_whatever_session_they_came_through()
    {
        Assert.That(Visit(), Is.Empty);
        LoopbackCommand read = Start(_first, Cdbs.Read(0, 1), dataIn: 512);
        LoopbackCommand write = Start(_second, Cdbs.Write(0, 1), new byte[512]);
        Assert.That(Visit(), Is.EquivalentTo(new[] { read.Tag, write.Tag }));
        Disk.Release(read.Tag);
        Assert.That(Visit(), Is.EquivalentTo(new[] { write.Tag }));
    }

    [Test]
    public void A_command_that_waits_for_its_turn_is_not()
    {
        LoopbackCommand running = Start(_first, Cdbs.Read(0, 1), dataIn: 512);
        LoopbackCommand ordered = Start(_second, Cdbs.Read(0, 1), dataIn: 512, attribute: TaskAttribute.Ordered);
        Assert.That(Visit(), Is.EquivalentTo(new[] { running.Tag }));
        Disk.Release(running.Tag);
        Assert.That(Visit(), Is.EquivalentTo(new[] { ordered.Tag }));
    }

    [Test]
    public void A_command_whose_response_is_on_the_way_is_not()
    {
        Disk.Holds = null;
        LoopbackCommand answered = Start(_first, Cdbs.Read(0, 1), dataIn: 512, holdsResponse: true);
        Assert.That(Visit(), Is.Empty);
        answered.DeliverResponse();
    }

    [Test]
    public void Commands_of_other_logical_units_are_not()
    {
        var other = new ScriptedHandler { Holds = static _ => true };
        LogicalUnit unit = Add("other", other);
        Target target = Driver.AddTarget("both", new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit, unit) });
        LoopbackInitiator initiator = Login("third", target, 0, 1);
        LoopbackCommand here = Start(initiator, Cdbs.Read(0, 1), dataIn: 512);
        LoopbackCommand there = Start(initiator, Cdbs.Read(0, 1), dataIn: 512, lun: 1);
        Assert.That(Visit(), Is.EquivalentTo(new[] { here.Tag }));
        other.Release(there.Tag);
    }

    [Test]
    public void Nobody_to_show_them_to_is_a_misuse() =>
        Assert.That(() => Unit.VisitExecuting<object?>(null, null!), Throws.ArgumentNullException);

    private List<ulong> Visit()
    {
        var tags = new List<ulong>();
        Unit.VisitExecuting(tags, static (found, command) => found.Add(command.Tag));
        return tags;
    }
}
