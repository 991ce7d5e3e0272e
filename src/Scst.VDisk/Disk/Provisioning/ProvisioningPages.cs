using System;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>What a disk says of WRITE SAME and of its provisioning (SBC-5).</summary>
internal static class ProvisioningPages
{
    private const byte ReadsZeros = 1; // LBPRZ 001b

    /// <summary>The limits of WRITE SAME and UNMAP, added to those of other commands.</summary>
    internal static BlockLimits WithProvisioning(this BlockLimits limits, DiskMedium medium)
    {
        limits = limits with { WriteSameNonZero = true, MaximumWriteSameLength = ProvisioningLimits.WriteSameBlocks };
        if (!medium.IsThin)
            return limits;
        long granularity = (medium.Store as IUnmapStore)?.UnmapGranularity ?? 0;
        return limits with
        {
            MaximumUnmapLbaCount = ProvisioningLimits.UnmapBlocks,
            MaximumUnmapBlockDescriptorCount = ProvisioningLimits.UnmapDescriptors,
            OptimalUnmapGranularity = (uint)Math.Clamp(granularity / medium.BlockLength, 1, uint.MaxValue),
            // A store counts its units from its beginning, which is that of the disk.
            UnmapGranularityAlignment = 0,
        };
    }

    /// <summary>A thick disk has every block from the start as far as initiators can tell, and none can be given back.</summary>
    internal static LogicalBlockProvisioning Provisioning(DiskMedium medium) => !medium.IsThin
        ? new LogicalBlockProvisioning()
        : new LogicalBlockProvisioning
        {
            Unmap = true,
            WriteSame16 = true,
            WriteSame10 = true,
            UnmappedReadsZeros = ReadsZeros,
            ProvisioningType = ProvisioningType.Thin,
        };

    /// <summary>LBPME and LBPRZ of READ CAPACITY(16).</summary>
    internal static ReadCapacity16Data WithProvisioning(this ReadCapacity16Data capacity, DiskMedium medium) =>
        capacity with { ProvisioningManagement = medium.IsThin, UnmappedReadsZeros = medium.IsThin };
}
