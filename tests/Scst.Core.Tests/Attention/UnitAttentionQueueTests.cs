using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Tests.Attention;

[TestFixture]
internal sealed class UnitAttentionQueueTests
{
    // Higher precedence first; the two power on conditions are equals.
    private static readonly AdditionalSense[] _resets =
    [
        AdditionalSense.PowerOnResetOrBusDeviceResetOccurred, AdditionalSense.ScsiBusResetOccurred,
        AdditionalSense.BusDeviceResetFunctionOccurred, AdditionalSense.ITNexusLossOccurred,
    ];

    [Test]
    public void It_is_bounded_has_no_duplicates_and_forgets_nothing_that_no_reset_stands_for()
    {
        Gen<AdditionalSense> condition = Gen.Frequency(
            (6, Gen.Choose(0, 30).Select(number => new AdditionalSense(0x3F, (byte)number))),
            (1, Gen.Elements(_resets)));
        Prop.ForAll(condition.ArrayOf().ToArbitrary(), conditions =>
        {
            var queue = new UnitAttentionQueue();
            foreach (AdditionalSense established in conditions)
            {
                queue.Establish(established);
                AdditionalSense[] pending = queue.Snapshot();
                if (pending.Length > UnitAttentionQueue.Capacity || pending.Distinct().Count() != pending.Length)
                    return false;
                if (!pending.Contains(established) && !IsStoodFor(established, pending[0]))
                    return false;
                if (pending.Skip(1).Any(_resets.Contains))
                    return false;
            }
            return queue.IsPending == conditions.Length > 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Test]
    public void Taking_gives_what_is_pending_in_order_until_it_is_empty()
    {
        var queue = new UnitAttentionQueue();
        queue.Establish(AdditionalSense.ModeParametersChanged);
        queue.Establish(AdditionalSense.CapacityDataHasChanged);
        var taken = new List<AdditionalSense>();
        while (queue.TryTake(out AdditionalSense condition))
            taken.Add(condition);
        Assert.That(taken, Is.EqualTo(new[] { AdditionalSense.ModeParametersChanged, AdditionalSense.CapacityDataHasChanged }));
        Assert.That(queue.IsPending, Is.False);
        Assert.That(queue.TryTakeReset(out _), Is.False);
    }

    [Test]
    public void Only_a_reset_is_taken_as_one()
    {
        var queue = new UnitAttentionQueue();
        queue.Establish(AdditionalSense.ModeParametersChanged);
        Assert.That(queue.TryTakeReset(out _), Is.False);
        queue.Establish(AdditionalSense.ITNexusLossOccurred);
        Assert.That(queue.TryTakeReset(out AdditionalSense reset));
        Assert.That(reset, Is.EqualTo(AdditionalSense.ITNexusLossOccurred));
        Assert.That(queue.IsPending, Is.False);
    }

    private static bool IsStoodFor(AdditionalSense condition, AdditionalSense first)
    {
        int firstRank = System.Array.IndexOf(_resets, first);
        int rank = System.Array.IndexOf(_resets, condition);
        return firstRank == 0 || (firstRank >= 0 && rank >= firstRank);
    }
}
