namespace Scst.VDisk;

/// <summary>
/// What one command may ask for (SBC-5, Block Limits VPD page). Initiators wait half a minute to two for a command, and a slow medium
/// must have done it by then.
/// </summary>
internal static class ProvisioningLimits
{
    /// <summary>MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT.</summary>
    internal const int UnmapDescriptors = 256;

    /// <summary>MAXIMUM WRITE SAME LENGTH: what every WRITE SAME can say; 32 MiB in blocks of 512 bytes, 256 MiB in blocks of 4096.</summary>
    internal const uint WriteSameBlocks = ushort.MaxValue;

    /// <summary>MAXIMUM UNMAP LBA COUNT: 512 MiB in blocks of 512 bytes, 4 GiB in blocks of 4096.</summary>
    internal const uint UnmapBlocks = 1 << 20;
}
