using System;
using System.Globalization;
using NUnit.Framework;

namespace Scst.Tests.Simulation;

/// <summary>
/// Plays histories of a simulation, one for each seed. A failing seed prints itself; run it alone with the environment variable
/// SCST_SEED, more of them with SCST_SEEDS.
/// </summary>
internal static class SeededHistories
{
    private const int BrokenHistories = 300;

    /// <summary>Plays the histories, every one of which must keep the rules.</summary>
    /// <param name="seeds">How many, unless the environment says otherwise.</param>
    /// <param name="play">Plays one.</param>
    /// <returns>How many were played.</returns>
    internal static int Play(int seeds, Action<int> play)
    {
        int first = 1;
        if (Environment.GetEnvironmentVariable("SCST_SEED") is { } only)
            (first, seeds) = (int.Parse(only, CultureInfo.InvariantCulture), 1);
        else if (Environment.GetEnvironmentVariable("SCST_SEEDS") is { } count)
            seeds = int.Parse(count, CultureInfo.InvariantCulture);
        for (int seed = first; seed < first + seeds; seed++)
        {
            try
            {
                play(seed);
            }
            catch (Exception exception)
            {
                throw new AssertionException($"SCST_SEED={seed}: {exception.Message}", exception);
            }
        }
        return seeds;
    }

    /// <summary>Demands that in more than so many of 300 histories of a broken world a rule was broken.</summary>
    internal static void ExpectNoticed(int moreThan, Action<int> play)
    {
        int noticed = 0;
        for (int seed = 1; seed <= BrokenHistories; seed++)
        {
            try
            {
                play(seed);
            }
            catch (AssertionException)
            {
                noticed++;
            }
        }
        TestContext.Out.WriteLine($"noticed in {noticed} of {BrokenHistories}");
        Assert.That(noticed, Is.GreaterThan(moreThan), "The simulation must notice what is broken.");
    }
}
