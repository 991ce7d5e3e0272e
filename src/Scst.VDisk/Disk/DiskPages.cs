using System;
using System.Collections.Generic;
using System.Numerics;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>What a disk says of itself: mode pages, vital product data pages and capacity (SBC-5).</summary>
internal static class DiskPages
{
    /// <summary>Byte of the caching mode page that holds WCE.</summary>
    internal const int WriteCacheByte = 2;

    /// <summary>WCE.</summary>
    internal const byte WriteCacheBit = 0x04;

    private const int LargestLowestAlignedLba = 0x3FFF;

    private const byte DisableExceptionControl = 0x08;

    // PS of a mode page.
    private const byte Savable = 0x80;

    /// <summary>The vital product data pages in ascending order.</summary>
    internal static ReadOnlySpan<byte> VpdPageCodes =>
    [
        (byte)VpdPageCode.BlockLimits, (byte)VpdPageCode.BlockDeviceCharacteristics, (byte)VpdPageCode.LogicalBlockProvisioning,
    ];

    /// <summary>SAM-5, SPC-4 and SBC-3, no version claimed (SPC-6, version descriptor values).</summary>
    internal static IReadOnlyList<ushort> VersionDescriptors { get; } = [0x00A0, 0x0460, 0x04C0];

    internal static IReadOnlyList<ModePage> ModePages(DiskMedium medium) =>
    [
        ReadWriteErrorRecovery(),
        Caching(medium.HasWriteCache ? WriteCacheBit : (byte)0),
        InformationalExceptions(),
    ];

    internal static int WriteVpdPage(DiskMedium medium, byte pageCode, Span<byte> destination)
    {
        var peripheral = new Peripheral(PeripheralDeviceType.DirectAccessBlock);
        uint physical = 1u << PhysicalBlocks(medium).Exponent;
        return (VpdPageCode)pageCode switch
        {
            VpdPageCode.BlockLimits => new BlockLimits
            {
                MaximumCompareAndWriteLength = medium.MaxCompareAndWriteBlocks,
                MaximumAtomicTransferLength = medium.Atomic?.MaxBlocks ?? 0,
                AtomicAlignment = UnitOf(medium.Atomic),
                AtomicTransferLengthGranularity = UnitOf(medium.Atomic),
                OptimalTransferLengthGranularity = (ushort)(physical > 1 ? physical : 0),
                MaximumTransferLength = medium.MaxTransferBlocks,
                OptimalTransferLength = Math.Min(
                    (uint)((medium.Characteristics?.OptimalTransferSize ?? 0) / medium.BlockLength),
                    medium.MaxTransferBlocks),
                MaximumPrefetchLength = medium.MaxTransferBlocks,
            }.WithProvisioning(medium).WriteTo(destination, peripheral),
            VpdPageCode.BlockDeviceCharacteristics => new BlockDeviceCharacteristics
            {
                MediumRotationRate = (ushort)(medium.Characteristics?.MediumRotationRate ?? 0),
                FuaBehavior = true,
                VerifyByteCheckUnmappedLbaSupported = true,
            }.WriteTo(destination, peripheral),
            VpdPageCode.LogicalBlockProvisioning => ProvisioningPages.Provisioning(medium).WriteTo(destination, peripheral),
            _ => 0,
        };
    }

    internal static int WriteCapacity(DiskMedium medium, bool isSixteenByte, Span<byte> destination)
    {
        if (!isSixteenByte)
            return ReadCapacity10Data.Write(destination, medium.BlockCount - 1, (uint)medium.BlockLength);
        (int exponent, int lowest) = PhysicalBlocks(medium);
        return new ReadCapacity16Data
        {
            LastLba = medium.BlockCount - 1,
            BlockLength = (uint)medium.BlockLength,
            PhysicalBlockExponent = (byte)exponent,
            LowestAlignedLba = (ushort)lowest,
        }.WithProvisioning(medium).WriteTo(destination);
    }

    // Zero says that any block will do.
    private static uint UnitOf(AtomicLimits? limits) => limits is { UnitBlocks: > 1 and var unit } ? unit : 0;

    /// <summary>
    /// LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT, 0 to 15, and LOWEST ALIGNED LOGICAL BLOCK ADDRESS, 0 to 16383. Where no logical
    /// block begins with a physical one, or the first that does is beyond the field, there is nothing to align to: both are zero.
    /// </summary>
    private static (int Exponent, int Lowest) PhysicalBlocks(DiskMedium medium)
    {
        int blocks = (medium.Characteristics?.PhysicalBlockSize ?? 0) / medium.BlockLength;
        if (blocks <= 1)
            return (0, 0);
        (int lowest, int rest) = Math.DivRem(medium.Characteristics?.AlignmentOffset ?? 0, medium.BlockLength);
        return rest != 0 || lowest > LargestLowestAlignedLba ? (0, 0) : (Math.Min(15, BitOperations.Log2((uint)blocks)), lowest);
    }

    // All zero: there are no spare blocks to reallocate to (AWRE, ARRE), nothing is retried or recovered here, and nothing that
    // could not be read is transferred (TB).
    private static ModePage ReadWriteErrorRecovery()
    {
        byte[] page = [ModePageCodes.ReadWriteErrorRecovery, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        return new ModePage(page, page);
    }

    // RCD zero: reads may be answered from the cache. Nothing but WCE changes anything, so only that can be saved.
    private static ModePage Caching(byte writeCache)
    {
        byte[] page = new byte[20];
        page[0] = writeCache == 0 ? ModePageCodes.Caching : (byte)(Savable | ModePageCodes.Caching);
        page[1] = (byte)(page.Length - 2);
        page[WriteCacheByte] = writeCache;
        return new ModePage(page, page);
    }

    // DEXCPT one, MRIE zero: no informational exception is ever reported.
    private static ModePage InformationalExceptions() => new(
        [ModePageCodes.InformationalExceptionsControl, 0x0A, DisableExceptionControl, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [ModePageCodes.InformationalExceptionsControl, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
}
