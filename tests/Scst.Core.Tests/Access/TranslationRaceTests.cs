using System;
using NUnit.Framework;

namespace Scst.Tests.Access;

/// <summary>A LUN map that changes just after a command has found its nexus, and before anybody can see that it has.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class TranslationRaceTests : EngineFixture
{
    private readonly Interloper _interloper;

    public TranslationRaceTests(bool isBroken) => _interloper = new Interloper(isBroken);

    protected override ScsiEngineOptions EngineOptions => new() { Probe = _interloper };

    [Test]
    public void A_command_that_has_found_a_nexus_that_is_gone_looks_again()
    {
        var initiator = Login();
        bool isDrained = false;
        _interloper.AtFound = () =>
        {
            isDrained = Target.ChangeAccess(options => options.RemoveLun("default", 0)).Drained.IsCompleted;
            // As if the initiator had been told already: a unit attention would keep the command from the medium too.
            initiator.Session.Inventory.TryTake();
        };
        var result = Run(initiator, Cdbs.Read(0, 1), dataIn: 512);
        Assert.That(isDrained, "Nothing of the nexus was there to be waited for.");
        if (_interloper.TrustsOldViews)
        {
            Assert.That(Disk.Started, Has.Count.EqualTo(1), "The broken one reaches what it may not see, and the test notices.");
            return;
        }
        Expect.Check(result, 0x5, 0x2500);
        Assert.That(Disk.Started, Is.Empty);
    }

    private sealed class Interloper(bool isBroken) : TranslationProbe
    {
        internal Action? AtFound { get; set; }

        internal override bool TrustsOldViews => isBroken;

        internal override void Found(ScsiCommand command)
        {
            Action? act = AtFound;
            AtFound = null;
            act?.Invoke();
        }
    }
}
