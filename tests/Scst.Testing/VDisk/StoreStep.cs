using FsCheck;
using FsCheck.Fluent;

namespace Scst.Testing;

/// <summary>One operation of a generated history of a store; where a store cannot unmap, it reads instead.</summary>
/// <param name="Kind">Which operation.</param>
/// <param name="FirstBlock">Where it starts, in blocks.</param>
/// <param name="Blocks">How many blocks, at least 1.</param>
/// <param name="Seed">Makes the bytes of a write.</param>
public sealed record StoreStep(StoreStepKind Kind, int FirstBlock, int Blocks, int Seed)
{
    /// <summary>Histories on a store of <paramref name="storeBlocks"/> blocks.</summary>
    public static Arbitrary<StoreStep[]> Scripts(int storeBlocks)
    {
        Gen<StoreStepKind> kinds = Gen.Frequency(
            (4, Gen.Constant(StoreStepKind.Write)),
            (1, Gen.Constant(StoreStepKind.ForcedWrite)),
            (4, Gen.Constant(StoreStepKind.Read)),
            (3, Gen.Constant(StoreStepKind.Unmap)),
            (1, Gen.Constant(StoreStepKind.Flush)));
        Gen<StoreStep> steps =
            from kind in kinds
            from first in Gen.Choose(0, storeBlocks - 1)
            from blocks in Gen.Frequency(
                (3, Gen.Choose(1, System.Math.Min(8, storeBlocks - first))),
                (2, Gen.Choose(1, storeBlocks - first)),
                (1, Gen.Constant(storeBlocks - first)))
            from seed in Gen.Choose(0, int.MaxValue)
            select new StoreStep(kind, first, blocks, seed);
        return steps.ArrayOf().ToArbitrary();
    }
}
