using System;

namespace Scst.VDisk;

/// <summary>What atomic writes a disk offers, in blocks (SBC-5, Block Limits VPD page).</summary>
/// <param name="MaxBlocks">MAXIMUM ATOMIC TRANSFER LENGTH, at least 1.</param>
/// <param name="UnitBlocks">ATOMIC ALIGNMENT and ATOMIC TRANSFER LENGTH GRANULARITY, at least 1.</param>
internal sealed record AtomicLimits(uint MaxBlocks, uint UnitBlocks)
{
    /// <summary>The data of one write lies in one buffer.</summary>
    private const int LargestWrite = 1 << 20;

    /// <summary>What can be offered on a store; null for nothing.</summary>
    internal static AtomicLimits? Of(IAtomicWriteStore? store, int blockLength, uint maxTransferBlocks)
    {
        if (store is null)
            return null;
        uint unit = (uint)Math.Max(1, store.AtomicWriteUnit / blockLength);
        uint max = Math.Min((uint)(Math.Min(store.MaxAtomicWriteSize, LargestWrite) / blockLength), maxTransferBlocks);
        max -= max % unit;
        return max == 0 ? null : new AtomicLimits(max, unit);
    }
}
