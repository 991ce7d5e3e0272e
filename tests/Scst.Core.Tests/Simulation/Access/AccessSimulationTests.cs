using System;
using System.Globalization;
using NUnit.Framework;

namespace Scst.Tests.Simulation.Access;

/// <summary>
/// Seeded histories of initiators at work while who may see what changes. A failing seed prints itself; run it alone with
/// the environment variable SCST_SEED, more of them with SCST_SEEDS.
/// </summary>
[TestFixture]
internal sealed class AccessSimulationTests
{
    private const int DefaultSeeds = 3000;
    private const int Events = 120;

    [Test]
    public void Every_history_keeps_the_rules()
    {
        string? only = Environment.GetEnvironmentVariable("SCST_SEED");
        string? count = Environment.GetEnvironmentVariable("SCST_SEEDS");
        int first = only is null ? 1 : int.Parse(only, CultureInfo.InvariantCulture);
        int seeds = only is not null ? 1 : count is null ? DefaultSeeds : int.Parse(count, CultureInfo.InvariantCulture);
        long answers = 0;
        long good = 0;
        for (int seed = first; seed < first + seeds; seed++)
        {
            using var world = new AccessWorld(seed);
            try
            {
                world.Play(Events);
            }
            catch (Exception exception)
            {
                throw new AssertionException($"SCST_SEED={seed}: {exception.Message}", exception);
            }
            answers += world.Answers;
            good += world.GoodAnswers;
        }
        TestContext.Out.WriteLine($"{seeds} seeds, {answers} commands, {good} of them GOOD");
        Assert.That(good, Is.GreaterThan(seeds * 5L), "Much of the work succeeds.");
    }

    [Test]
    public void A_command_that_trusts_an_old_map_is_noticed()
    {
        int noticed = 0;
        for (int seed = 1; seed <= 300; seed++)
        {
            using var world = new AccessWorld(seed, trustsOldViews: true);
            try
            {
                world.Play(Events);
            }
            catch (AssertionException)
            {
                noticed++;
            }
        }
        TestContext.Out.WriteLine($"{noticed} of 300");
        Assert.That(noticed, Is.GreaterThan(100));
    }
}
