namespace Scst.VDisk;

/// <summary>
/// What the system says of the medium below an open file, in the terms of <see cref="IStoreCharacteristics"/>; sizes in bytes.
/// </summary>
internal readonly record struct MediumLimits
{
    /// <summary>Below the page cache, which reads the rest of a page before it changes a part of it; beyond that nothing is known.</summary>
    internal static MediumLimits OfPageCache { get; } = new() { PhysicalBlockSize = 4096 };

    internal int LogicalBlockSize { get; init; }

    internal int PhysicalBlockSize { get; init; }

    internal int AlignmentOffset { get; init; }

    internal int OptimalTransferSize { get; init; }

    internal int MaxTransferSize { get; init; }

    internal int MediumRotationRate { get; init; }
}
