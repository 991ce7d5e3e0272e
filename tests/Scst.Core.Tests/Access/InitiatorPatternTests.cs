using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Scst.Tests.Access;

[TestFixture]
internal sealed class InitiatorPatternTests : EngineFixture
{
    private static readonly Gen<string> _names = Text("abAB", 8);
    private static readonly Gen<string> _patterns = Text("aB*?!", 7);

    [TestCase("*", "", true)]
    [TestCase("", "", true)]
    [TestCase("", "a", false)]
    [TestCase("?", "", false)]
    [TestCase("iqn.*:host?", "IQN.2020-01.example:HOST1", true)]
    [TestCase("iqn.*:host?", "iqn.2020-01.example:host12", false)]
    [TestCase("!*", "a", false)]
    [TestCase("!b", "a", true)]
    [TestCase("a!", "a!", true)]
    public void A_star_is_any_string_and_a_question_mark_one_character_and_a_leading_mark_the_opposite(
        string pattern,
        string name,
        bool expected) =>
        Assert.That(InitiatorPattern.IsMatch(pattern, name), Is.EqualTo(expected));

    [Test]
    public void It_matches_what_the_plain_definition_matches() => Prop
        .ForAll(
            _patterns.ToArbitrary(),
            _names.ToArbitrary(),
            (pattern, name) => InitiatorPattern.IsMatch(pattern, name) == Matches(pattern, name))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Test]
    public void Many_stars_cost_no_exponential_time()
    {
        string pattern = string.Concat(Enumerable.Repeat("a*", 200)) + "b";
        Assert.That(InitiatorPattern.IsMatch(pattern, new string('a', 2000)), Is.False);
    }

    [Test]
    public void Nothing_is_no_pattern_and_no_name()
    {
        Assert.That(() => InitiatorPattern.IsMatch(null!, "a"), Throws.ArgumentNullException);
        Assert.That(() => InitiatorPattern.IsMatch("a", null!), Throws.ArgumentNullException);
    }

    [Test]
    public void The_first_pattern_of_the_first_group_that_matches_decides()
    {
        Gen<string[][]> groups = UpTo(4, UpTo(3, _patterns.Where(pattern => pattern.Length > 0)));
        int number = 0;
        Prop.ForAll(groups.ToArbitrary(), _names.Where(name => name.Length > 0).ToArbitrary(), (patterns, name) =>
        {
            Target target = Driver.AddTarget($"target {++number}", new TargetOptions
            {
                Groups = [.. patterns.Select((some, index) => new AccessControlGroup { Name = $"{index}", Initiators = [.. some] })],
                DefaultGroup = AccessControlGroup.Of(Unit) with { Name = "others" },
            });
            int expected = Array.FindIndex(patterns, some => some.Any(pattern => Matches(pattern, name)));
            Session session = Connect(name, target).Session;
            return session.GroupName == (expected < 0 ? "others" : $"{expected}") && target.HasLunsFor(name) == expected < 0;
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>The definition, read aloud.</summary>
    private static bool Matches(string pattern, string name) =>
        pattern.StartsWith('!') ? !MatchesPlain(pattern[1..], name) : MatchesPlain(pattern, name);

    private static bool MatchesPlain(string pattern, string name)
    {
        if (pattern.Length == 0)
            return name.Length == 0;
        if (pattern[0] == '*')
            return MatchesPlain(pattern[1..], name) || (name.Length > 0 && MatchesPlain(pattern, name[1..]));
        return name.Length > 0
            && (pattern[0] == '?' || string.Equals(pattern[..1], name[..1], StringComparison.OrdinalIgnoreCase))
            && MatchesPlain(pattern[1..], name[1..]);
    }

    private static Gen<string> Text(string alphabet, int longest) =>
        UpTo(longest, Gen.Elements(alphabet.ToCharArray())).Select(characters => new string(characters));

    private static Gen<T[]> UpTo<T>(int most, Gen<T> element) => Gen.Choose(0, most).SelectMany(count => element.ArrayOf(count));
}
