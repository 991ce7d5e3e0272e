using System;
using System.Linq;
using NUnit.Framework;

namespace Scst.Tests.Access;

/// <summary>Edits of who may see what, and what is refused whole.</summary>
[TestFixture]
internal sealed class TargetOptionsTests : EngineFixture
{
    private static readonly TargetOptions _two = new()
    {
        Groups = [new() { Name = "a", Initiators = ["x", "y"] }, new() { Name = "b" }],
    };

    [Test]
    public void Groups_are_added_where_asked_for_and_removed()
    {
        Assert.That(Names(_two.AddGroup(new() { Name = "c" })), Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(Names(_two.AddGroup(new() { Name = "c" }, 0)), Is.EqualTo(new[] { "c", "a", "b" }));
        Assert.That(Names(_two.RemoveGroup("a")), Is.EqualTo(new[] { "b" }));
        Assert.That(Names(_two), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void Rules_are_added_moved_and_removed()
    {
        TargetOptions moved = _two.AddInitiator("a", "z", 1).MoveInitiator("x", "a", "b").RemoveInitiator("a", "y");
        Assert.That(moved.Groups[0].Initiators, Is.EqualTo(new InitiatorRule[] { "z" }));
        Assert.That(moved.Groups[1].Initiators, Is.EqualTo(new InitiatorRule[] { "x" }));
    }

    [Test]
    public void LUNs_are_added_replaced_and_removed_in_the_default_group_too()
    {
        TargetOptions edited = _two.AddLun("default", new(3, Unit)).AddLun("a", new(0, Unit)).ReplaceLun("default", new(3, Unit, true)).RemoveLun("a", 0);
        Assert.That(edited.DefaultGroup.Luns, Is.EqualTo(new[] { new LunMapping(3, Unit, true) }));
        Assert.That(edited.Groups[0].Luns, Is.Empty);
    }

    [Test]
    public void What_makes_no_sense_is_refused_with_its_reason()
    {
        Refuse(() => _two.AddGroup(new() { Name = "b" }), "There is a group 'b' already.");
        Refuse(() => _two.AddGroup(new() { Name = "default" }), "There is a group 'default' already.");
        Refuse(() => _two.AddGroup(new() { Name = "c" }, 3), "There is no position 3 among 2.");
        Refuse(() => _two.RemoveGroup("c"), "There is no group 'c'.");
        Refuse(() => _two.RemoveGroup("default"), "'default' is the default group, which is always there.");
        Refuse(() => _two.AddInitiator("a", "x"), "Group 'a' has the rule 'x' already.");
        Refuse(() => _two.MoveInitiator("x", "b", "a"), "Group 'b' has no rule 'x'.");
        Refuse(() => _two.AddLun("default", new(0, Unit)).AddLun("default", new(0, Unit)), "Group 'default' has a LUN 0 already.");
        Refuse(() => _two.RemoveLun("a", 0), "Group 'a' has no LUN 0.");
        Refuse(() => (_two with { Groups = [.. _two.Groups, new() { Name = "a" }] }).RemoveGroup("a"), "2 groups have the name 'a'.");
    }

    [Test]
    public void A_change_that_is_wrong_is_refused_with_every_reason_and_changes_nothing()
    {
        TargetOptions before = Target.Options;
        AccessRefusedException refused = Assert.Throws<AccessRefusedException>(() => Target.ChangeAccess(options => options with
        {
            Groups = [new() { Name = "a", Initiators = ["*"], Luns = [new(-1, Unit), new(7, Unit), new(7, Unit)] }, null!],
            DefaultGroup = new() { Initiators = [new InitiatorRule { Name = "" }], Luns = [new(0, null!)] },
        }))!;
        Assert.That(refused.Reasons, Is.EquivalentTo(new[]
        {
            "LUN -1 of group 'a' is not in 0 to 16383.",
            "LUN 7 of group 'a' occurs twice.",
            "A group is null.",
            "The rule '' of group 'default' has an empty pattern, which matches nothing.",
            "LUN 0 of group 'default' names no logical unit.",
        }));
        Assert.That(Target.Options, Is.SameAs(before));
        Expect.Good(Run(Login(), Cdbs.TestUnitReady));
    }

    [Test]
    public void The_relative_target_port_stays_what_it_is()
    {
        ushort port = Target.RelativeTargetPort;
        Assert.That(() => Target.ChangeAccess(options => options with { RelativeTargetPort = (ushort)(port + 1) }), Throws.InstanceOf<AccessRefusedException>());
        Assert.That(() => Target.ChangeAccess(options => options with { RelativeTargetPort = port }), Throws.Nothing);
    }

    [TestCase("iqn.*", null, null, true)]
    [TestCase("iqn.*#10.0.0.1", "10.0.0.1", null, true)]
    [TestCase("iqn.*#10.0.0.?", "10.0.0.12", null, false)]
    [TestCase("iqn.*#10.0.0.1", null, null, false)]
    [TestCase("iqn.*#!10.0.0.1", "10.0.0.2", null, true)]
    [TestCase("iqn.*#!10.0.0.1", null, null, false)]
    [TestCase("other#10.0.0.1", "10.0.0.1", null, false)]
    public void A_rule_may_ask_for_a_portal(string rule, string? portal, string? account, bool expected) => Assert.That(
        InitiatorRule.FromString(rule).IsMatch(new InitiatorIdentity("iqn.host") { Portal = portal, AuthenticatedName = account }),
        Is.EqualTo(expected));

    [TestCase("backup", "backup", true)]
    [TestCase("backup", null, false)]
    [TestCase("!backup", null, false)]
    [TestCase("!backup", "web", true)]
    public void A_rule_may_ask_for_what_was_proved_at_login(string rule, string? account, bool expected) => Assert.That(
        new InitiatorRule { AuthenticatedName = rule }.IsMatch(new InitiatorIdentity("iqn.host") { AuthenticatedName = account }),
        Is.EqualTo(expected));

    private static string[] Names(TargetOptions options) => [.. options.Groups.Select(group => group.Name)];

    private static void Refuse(Func<TargetOptions> edit, string reason) =>
        Assert.That(Assert.Throws<AccessRefusedException>(() => edit())!.Reasons, Is.EqualTo(new[] { reason }));
}
