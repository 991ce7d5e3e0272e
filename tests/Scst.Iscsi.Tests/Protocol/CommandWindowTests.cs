using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Protocol;

[TestFixture]
public class CommandWindowTests
{
    [Test]
    public void A_new_window_spans_its_depth()
    {
        var window = new CommandWindow(new(123), 4);
        Assert.That(window.ExpCmdSN, Is.EqualTo(new SerialNumber32(123)));
        Assert.That(window.MaxCmdSN, Is.EqualTo(new SerialNumber32(126)));
    }

    [TestCase(122u, nameof(CommandOrder.Outside))]
    [TestCase(123u, nameof(CommandOrder.Expected))]
    [TestCase(124u, nameof(CommandOrder.Ahead))]
    [TestCase(126u, nameof(CommandOrder.Ahead))]
    [TestCase(127u, nameof(CommandOrder.Outside))]
    public void A_number_is_expected_ahead_or_outside(uint number, string order)
    {
        Assert.That(new CommandWindow(new(123), 4).Classify(new(number), false).ToString(), Is.EqualTo(order));
    }

    [Test]
    public void An_immediate_command_needs_no_place_in_the_window()
    {
        Assert.That(new CommandWindow(new(123), 4).Classify(new(5), true), Is.EqualTo(CommandOrder.Immediate));
    }

    [Test]
    public void A_closed_window_admits_nothing()
    {
        var window = new CommandWindow(new(uint.MaxValue), 1);
        window.Advance();
        window.Open(0);
        Assert.That(window.ExpCmdSN, Is.EqualTo(new SerialNumber32(0)));
        Assert.That(window.MaxCmdSN, Is.EqualTo(new SerialNumber32(uint.MaxValue)));
        Assert.That(window.Classify(new(0), false), Is.EqualTo(CommandOrder.Outside));
        window.Open(1);
        Assert.That(window.Classify(new(0), false), Is.EqualTo(CommandOrder.Expected));
    }

    [Test]
    public void The_window_never_shrinks_at_its_far_end()
    {
        Properties.Hold(
            Properties.UInt32().SelectMany(s => Gen.Choose(0, 100).ListOf().Select(steps => (s, steps))),
            x =>
            {
                var window = new CommandWindow(new(x.s), 8);
                foreach (var free in x.steps)
                {
                    var before = window.MaxCmdSN;
                    if (window.Classify(window.ExpCmdSN, false) == CommandOrder.Expected)
                        window.Advance();
                    window.Open(free);
                    if (window.MaxCmdSN < before || (free > 0 && window.Classify(window.ExpCmdSN, false) != CommandOrder.Expected))
                        return false;
                }

                return true;
            });
    }
}
