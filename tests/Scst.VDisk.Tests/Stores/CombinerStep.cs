using FsCheck;
using FsCheck.Fluent;

namespace Scst.VDisk.Tests;

/// <summary>One round of a generated history of a combiner.</summary>
/// <param name="Before">How many writes ask before the round may run.</param>
/// <param name="During">How many ask in the middle of its flush.</param>
/// <param name="Ending">How its flush ends.</param>
internal sealed record CombinerStep(int Before, int During, FlushResult Ending)
{
    internal static Arbitrary<CombinerStep[]> Scripts()
    {
        Gen<FlushResult> endings = Gen.Frequency(
            (12, Gen.Constant(new FlushResult(StoreStatus.Ok, false))),
            (2, Gen.Constant(new FlushResult(StoreStatus.Gone, false))),
            (1, Gen.Elements(
                new FlushResult(StoreStatus.FlushFailed, true), new FlushResult(StoreStatus.NoSpace, true), new FlushResult(StoreStatus.Gone, true))));
        Gen<CombinerStep> steps =
            from before in Gen.Choose(0, 4)
            from during in Gen.Choose(0, 4)
            from ending in endings
            select new CombinerStep(before, during, ending);
        return steps.ArrayOf().ToArbitrary();
    }
}
