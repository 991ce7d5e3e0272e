using NUnit.Framework;
using Scst.Tests.Tasks;

namespace Scst.Tests.Simulation.Access;

/// <summary>Seeded histories of initiators at work while who may see what changes.</summary>
[TestFixture]
internal sealed class AccessSimulationTests
{
    private const int Seeds = 3000;
    private const int Events = 120;

    [Test]
    public void Every_history_keeps_the_rules()
    {
        long answers = 0;
        long good = 0;
        long pauses = 0;
        long orphans = 0;
        int seeds = SeededHistories.Play(Seeds, seed =>
        {
            using var world = new AccessWorld(seed);
            world.Play(Events);
            answers += world.Answers;
            good += world.GoodAnswers;
            pauses += world.PausesInForce;
            orphans += world.Orphans;
        });
        TestContext.Out.WriteLine(
            $"{seeds} seeds, {answers} commands, {good} of them GOOD, {orphans} left by their session, {pauses} pauses that were in force");
        Assert.That(orphans, Is.GreaterThan(seeds / 20), "Sessions end without commands that are stuck.");
        Assert.That(pauses, Is.GreaterThan(seeds / 2), "Many pauses hold back everything.");
        Assert.That(good, Is.GreaterThan(seeds * 5L), "Much of the work succeeds.");
    }

    [Test]
    public void One_seed_is_one_history()
    {
        (int, int, int) once = Describe(7);
        (int, int, int) again = Describe(7);
        Assert.That(again, Is.EqualTo(once));
        Assert.That(Describe(8), Is.Not.EqualTo(once));
    }

    [Test]
    public void A_command_that_trusts_an_old_map_is_noticed() => SeededHistories.ExpectNoticed(100, static seed =>
    {
        using var world = new AccessWorld(seed, trustsOldViews: true);
        world.Play(Events);
    });

    [Test]
    public void A_command_that_does_not_look_whether_it_is_paused_is_noticed() => SeededHistories.ExpectNoticed(15, static seed =>
    {
        using var world = new AccessWorld(seed, makeTaskSet: static unit => new UncheckedTaskSet(unit));
        world.Play(Events);
    });

    [Test]
    public void A_new_session_that_does_not_wait_for_what_an_older_one_has_left_is_noticed() =>
        SeededHistories.ExpectNoticed(3, static seed =>
        {
            using var world = new AccessWorld(seed, makeOrphans: static () => new CarelessOrphans());
            world.Play(Events * 4);
        });

    private static (int Answers, int Good, int Steps) Describe(int seed)
    {
        using var world = new AccessWorld(seed);
        world.Play(Events);
        return (world.Answers, world.GoodAnswers, world.Scheduler.StepsRun);
    }
}
