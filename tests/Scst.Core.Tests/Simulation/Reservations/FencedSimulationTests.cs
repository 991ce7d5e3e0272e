using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NUnit.Framework;

namespace Scst.Tests.Simulation.Reservations;

/// <summary>
/// Thousands of seeded histories of persistent reservations under load. A failing seed prints itself; run it alone with the
/// environment variable SCST_SEED, more of them with SCST_SEEDS.
/// </summary>
[TestFixture]
internal sealed class FencedSimulationTests
{
    private const int DefaultSeeds = 3000;
    private const int Events = 150;

    [Test]
    public void Every_history_keeps_the_rules()
    {
        string? only = Environment.GetEnvironmentVariable("SCST_SEED");
        string? count = Environment.GetEnvironmentVariable("SCST_SEEDS");
        int first = only is null ? 1 : int.Parse(only, CultureInfo.InvariantCulture);
        int seeds = only is not null ? 1 : count is null ? DefaultSeeds : int.Parse(count, CultureInfo.InvariantCulture);
        int commands = 0;
        Dictionary<string, int> seen = [];
        for (int seed = first; seed < first + seeds; seed++)
        {
            FencedRules rules = Play(seed);
            commands += rules.Commands.Count;
            foreach ((string what, int times) in rules.Seen)
                seen[what] = seen.GetValueOrDefault(what) + times;
        }
        TestContext.Out.WriteLine($"{seeds} seeds, {commands} commands");
        TestContext.Out.WriteLine(string.Join(", ", seen.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")));
        if (only is not null)
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
        Assert.That(Noticed(seed => new FencedWorld(seed, static (world, unit) => new HastyReservations(world, unit))), Is.GreaterThan(20));

    [Test]
    public void An_abort_that_does_not_wait_is_noticed() =>
        Assert.That(Noticed(seed => new FencedWorld(seed, static (_, unit) => new ImpatientReservations(unit))), Is.GreaterThan(30));

    [Test]
    public void A_preempt_and_abort_that_aborts_nobody_is_noticed() =>
        Assert.That(Noticed(seed => new FencedWorld(seed, static (_, unit) => new MildReservations(unit))), Is.GreaterThan(30));

    [Test]
    public void A_store_that_forgets_is_noticed() =>
        Assert.That(Noticed(seed => new FencedWorld(seed, forgets: true)), Is.GreaterThan(50));

    private static string Describe(int seed) => string.Join('\n', Play(seed).Commands.Select(command => command.ToString()));

    /// <summary>In how many of 300 histories of a broken world a rule was broken.</summary>
    private static int Noticed(Func<int, FencedWorld> make)
    {
        int noticed = 0;
        for (int seed = 1; seed <= 300; seed++)
        {
            try
            {
                make(seed).Play(Events);
            }
            catch (AssertionException)
            {
                noticed++;
            }
        }
        TestContext.Out.WriteLine($"noticed in {noticed} of 300");
        return noticed;
    }

    private static FencedRules Play(int seed)
    {
        var world = new FencedWorld(seed);
        try
        {
            world.Play(Events);
        }
        catch (Exception exception)
        {
            throw new AssertionException($"SCST_SEED={seed}: {exception.Message}", exception);
        }
        return world.Rules;
    }
}
