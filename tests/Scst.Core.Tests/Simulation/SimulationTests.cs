using System;
using System.Globalization;
using System.Linq;
using NUnit.Framework;

namespace Scst.Tests.Simulation;

/// <summary>
/// Thousands of seeded histories of the whole middle level on one thread. A failing seed prints itself; run it alone with
/// the environment variable SCST_SEED, more of them with SCST_SEEDS.
/// </summary>
[TestFixture]
internal sealed class SimulationTests
{
    private const int DefaultSeeds = 4000;
    private const int Events = 80;

    [Test]
    public void Every_history_keeps_the_rules()
    {
        string? only = Environment.GetEnvironmentVariable("SCST_SEED");
        string? count = Environment.GetEnvironmentVariable("SCST_SEEDS");
        int first = only is null ? 1 : int.Parse(only, CultureInfo.InvariantCulture);
        int seeds = only is not null ? 1 : count is null ? DefaultSeeds : int.Parse(count, CultureInfo.InvariantCulture);
        int commands = 0;
        for (int seed = first; seed < first + seeds; seed++)
            commands += Play(seed);
        TestContext.Out.WriteLine($"{seeds} seeds, {commands} commands");
        Assert.That(commands, Is.GreaterThan(seeds * Events / 2), "The script submits mostly commands.");
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
    public void A_gate_that_is_not_looked_at_after_entering_is_noticed()
    {
        int noticed = Noticed(static seed => new SimulatedWorld(seed, static unit => new BlindTaskSet(unit)));
        Assert.That(noticed, Is.GreaterThan(150), "The simulation must notice a missing re-check of the gate in most histories.");
    }

    [Test]
    public void A_driver_that_reads_a_loan_after_its_report_is_noticed() =>
        Assert.That(Noticed(seed => new SimulatedWorld(seed, reportsEarly: true)), Is.GreaterThan(100));

    [Test]
    public void A_driver_that_receives_into_a_loan_after_its_report_is_noticed() =>
        Assert.That(Noticed(seed => new SimulatedWorld(seed, stopsLate: true)), Is.GreaterThan(50));

    [Test]
    public void A_handler_that_forgets_what_could_not_be_received_in_place_is_noticed() =>
        Assert.That(Noticed(seed => new SimulatedWorld(seed, forgets: true)), Is.GreaterThan(50));

    private static string Describe(int seed)
    {
        using var world = new SimulatedWorld(seed);
        world.Play(Events);
        return string.Join('\n', world.Commands.Select(command => command.ToString())) + world.Scheduler.StepsRun;
    }

    /// <summary>In how many of 300 histories of a broken world a rule was broken.</summary>
    private static int Noticed(Func<int, SimulatedWorld> make)
    {
        int noticed = 0;
        for (int seed = 1; seed <= 300; seed++)
        {
            using SimulatedWorld world = make(seed);
            try
            {
                world.Play(Events);
            }
            catch (AssertionException)
            {
                noticed++;
            }
        }
        return noticed;
    }

    private static int Play(int seed)
    {
        using var world = new SimulatedWorld(seed);
        try
        {
            world.Play(Events);
        }
        catch (Exception exception)
        {
            throw new AssertionException($"SCST_SEED={seed}: {exception.Message}", exception);
        }
        return world.Commands.Count();
    }

    /// <summary>Enters without looking whether the gate was closed.</summary>
    private sealed class BlindTaskSet : TaskSet
    {
        internal BlindTaskSet(LogicalUnit logicalUnit)
            : base(logicalUnit)
        {
        }

        protected override bool IsOpenFor(ScsiCommand command) => true;
    }
}
