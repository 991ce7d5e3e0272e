using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace Scst.Tests.Simulation.Reservations;

/// <summary>Thousands of seeded histories of persistent reservations under load.</summary>
[TestFixture]
internal sealed class FencedSimulationTests
{
    private const int Seeds = 3000;
    private const int Events = 150;

    [Test]
    public void Every_history_keeps_the_rules()
    {
        int commands = 0;
        Dictionary<string, int> seen = [];
        int seeds = SeededHistories.Play(Seeds, seed =>
        {
            FencedRules rules = Play(seed);
            commands += rules.Commands.Count;
            foreach ((string what, int times) in rules.Seen)
                seen[what] = seen.GetValueOrDefault(what) + times;
        });
        TestContext.Out.WriteLine($"{seeds} seeds, {commands} commands");
        TestContext.Out.WriteLine(string.Join(", ", seen.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")));
        if (seeds == 1)
            return;
        // Histories in which nothing happens would prove nothing.
        foreach (string what in new[] { "fenced", "told", "due", "power on", "kept over power on", "order not stored", "order unheard" })
            Assert.That(seen.GetValueOrDefault(what), Is.GreaterThan(seeds / 10), what);
        for (int action = 0; action < 8; action++)
            Assert.That(seen.GetValueOrDefault($"order {action} status 00"), Is.GreaterThan(seeds / 20), $"service action {action}");
    }

    [Test]
    public void One_seed_is_one_history()
    {
        string once = Describe(7);
        string again = Describe(7);
        Assert.That(again, Is.EqualTo(once));
        Assert.That(Describe(8), Is.Not.EqualTo(once));
    }

    [Test]
    public void A_look_at_the_reservation_before_the_turn_is_noticed() =>
        SeededHistories.ExpectNoticed(20, seed => new FencedWorld(seed, static (world, unit) => new HastyReservations(world, unit)).Play(Events));

    [Test]
    public void An_abort_that_does_not_wait_is_noticed() =>
        SeededHistories.ExpectNoticed(30, seed => new FencedWorld(seed, static (_, unit) => new ImpatientReservations(unit)).Play(Events));

    [Test]
    public void A_preempt_and_abort_that_aborts_nobody_is_noticed() =>
        SeededHistories.ExpectNoticed(30, seed => new FencedWorld(seed, static (_, unit) => new MildReservations(unit)).Play(Events));

    [Test]
    public void A_store_that_forgets_is_noticed() =>
        SeededHistories.ExpectNoticed(50, seed => new FencedWorld(seed, forgets: true).Play(Events));

    private static string Describe(int seed) => string.Join('\n', Play(seed).Commands.Select(command => command.ToString()));

    private static FencedRules Play(int seed)
    {
        var world = new FencedWorld(seed);
        world.Play(Events);
        return world.Rules;
    }
}
