using System;
using System.Numerics;

namespace Scst.VDisk;

/// <summary>From a block device's answers to what a disk may say of its medium. What makes no sense counts as not known.</summary>
internal static class DeviceLimits
{
    private const int SectorSize = 512;
    private const long LargestBlock = 1 << 24;
    private const int NonRotating = 1; // SBC-5, MEDIUM ROTATION RATE

    internal static MediumLimits Of(IDeviceQueries device)
    {
        int logical = Block(device.Ask(DeviceQuery.LogicalBlockSize));
        int physical = Math.Max(logical, Block(device.Ask(DeviceQuery.PhysicalBlockSize)));
        long first = device.Ask(DeviceQuery.AlignmentOffset) ?? 0;
        // Physical blocks whose beginnings nobody knows are none to align to.
        bool isAlignable = first >= 0 && first < Math.Max(physical, 1);
        long sectors = device.Ask(DeviceQuery.MaxSectors) ?? 0;
        long optimal = device.Ask(DeviceQuery.OptimalTransferSize) ?? 0;
        return new MediumLimits
        {
            PhysicalBlockSize = isAlignable ? physical : logical,
            AlignmentOffset = isAlignable ? (int)first : 0,
            OptimalTransferSize = optimal is > 0 and <= int.MaxValue ? (int)optimal : 0,
            MaxTransferSize = sectors is > 0 and <= int.MaxValue / SectorSize ? (int)sectors * SectorSize : 0,
            // Of one that rotates the system does not tell how fast: 0, not reported.
            MediumRotationRate = device.Ask(DeviceQuery.Rotational) == 0 ? NonRotating : 0,
        };
    }

    /// <summary>What direct I/O demands of memory and offsets where the kernel does not tell it otherwise: 0 if not known.</summary>
    internal static int LogicalBlock(IDeviceQueries device) => Block(device.Ask(DeviceQuery.LogicalBlockSize));

    private static int Block(long? size) => size is >= SectorSize and <= LargestBlock && BitOperations.IsPow2(size.Value) ? (int)size.Value : 0;
}
