using System;
using System.Linq;
using NUnit.Framework;

namespace Scst.Tests.Simulation;

/// <summary>Thousands of seeded histories of the whole middle level on one thread.</summary>
[TestFixture]
internal sealed class SimulationTests
{
    private const int Seeds = 4000;
    private const int Events = 80;

    [Test]
    public void Every_history_keeps_the_rules()
    {
        int commands = 0;
        int seeds = SeededHistories.Play(Seeds, seed =>
        {
            using var world = new SimulatedWorld(seed);
            world.Play(Events);
            commands += world.Commands.Count();
        });
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
    public void A_gate_that_is_not_looked_at_after_entering_is_noticed() =>
        ExpectNoticed(150, static seed => new SimulatedWorld(seed, static unit => new BlindTaskSet(unit)));

    [Test]
    public void A_driver_that_reads_a_loan_after_its_report_is_noticed() =>
        ExpectNoticed(100, seed => new SimulatedWorld(seed, reportsEarly: true));

    [Test]
    public void A_driver_that_receives_into_a_loan_after_its_report_is_noticed() =>
        ExpectNoticed(50, seed => new SimulatedWorld(seed, stopsLate: true));

    [Test]
    public void A_handler_that_forgets_what_could_not_be_received_in_place_is_noticed() =>
        ExpectNoticed(50, seed => new SimulatedWorld(seed, forgets: true));

    private static string Describe(int seed)
    {
        using var world = new SimulatedWorld(seed);
        world.Play(Events);
        return string.Join('\n', world.Commands.Select(command => command.ToString())) + world.Scheduler.StepsRun;
    }

    private static void ExpectNoticed(int moreThan, Func<int, SimulatedWorld> make) => SeededHistories.ExpectNoticed(moreThan, seed =>
    {
        using SimulatedWorld world = make(seed);
        world.Play(Events);
    });

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
