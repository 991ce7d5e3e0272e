using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>Block Limits, page B0h (SBC-5). All lengths are in logical blocks; zero says nothing unless stated.</summary>
public sealed record BlockLimits
{
    /// <summary>Bytes that <see cref="WriteTo"/> writes.</summary>
    public const int Length = 64;

    // SBC-2 wrote 16 bytes, SBC-3 64; what lies between is a matter of the draft.
    private const int MinLength = 16;

    /// <summary>WSNZ bit: a NUMBER OF LOGICAL BLOCKS of zero is refused in WRITE SAME.</summary>
    public bool WriteSameNonZero { get; init; }

    /// <summary>MAXIMUM COMPARE AND WRITE LENGTH; zero: COMPARE AND WRITE is not supported.</summary>
    public byte MaximumCompareAndWriteLength { get; init; }

    /// <summary>OPTIMAL TRANSFER LENGTH GRANULARITY.</summary>
    public ushort OptimalTransferLengthGranularity { get; init; }

    /// <summary>MAXIMUM TRANSFER LENGTH.</summary>
    public uint MaximumTransferLength { get; init; }

    /// <summary>OPTIMAL TRANSFER LENGTH.</summary>
    public uint OptimalTransferLength { get; init; }

    /// <summary>MAXIMUM PREFETCH LENGTH.</summary>
    public uint MaximumPrefetchLength { get; init; }

    /// <summary>MAXIMUM UNMAP LBA COUNT; zero: UNMAP is not supported; FFFF_FFFFh: no limit.</summary>
    public uint MaximumUnmapLbaCount { get; init; }

    /// <summary>MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT; zero: UNMAP is not supported; FFFF_FFFFh: no limit.</summary>
    public uint MaximumUnmapBlockDescriptorCount { get; init; }

    /// <summary>OPTIMAL UNMAP GRANULARITY.</summary>
    public uint OptimalUnmapGranularity { get; init; }

    /// <summary>UNMAP GRANULARITY ALIGNMENT, 31 bits, or <see langword="null"/> for UGAVALID zero.</summary>
    public uint? UnmapGranularityAlignment { get; init; }

    /// <summary>MAXIMUM WRITE SAME LENGTH.</summary>
    public ulong MaximumWriteSameLength { get; init; }

    /// <summary>MAXIMUM ATOMIC TRANSFER LENGTH.</summary>
    public uint MaximumAtomicTransferLength { get; init; }

    /// <summary>ATOMIC ALIGNMENT.</summary>
    public uint AtomicAlignment { get; init; }

    /// <summary>ATOMIC TRANSFER LENGTH GRANULARITY.</summary>
    public uint AtomicTransferLengthGranularity { get; init; }

    /// <summary>MAXIMUM ATOMIC TRANSFER LENGTH WITH ATOMIC BOUNDARY.</summary>
    public uint MaximumAtomicTransferLengthWithBoundary { get; init; }

    /// <summary>MAXIMUM ATOMIC BOUNDARY SIZE.</summary>
    public uint MaximumAtomicBoundarySize { get; init; }

    /// <summary>Writes the page.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="peripheral">PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination, Peripheral peripheral)
    {
        var page = VpdPage.Begin(destination, peripheral, VpdPageCode.BlockLimits, Length);
        page[4] = (byte)(WriteSameNonZero ? 0x01 : 0);
        page[5] = MaximumCompareAndWriteLength;
        BinaryPrimitives.WriteUInt16BigEndian(page.Slice(6), OptimalTransferLengthGranularity);
        BinaryPrimitives.WriteUInt32BigEndian(page.Slice(8), MaximumTransferLength);
        BinaryPrimitives.WriteUInt32BigEndian(page.Slice(12), OptimalTransferLength);
        BinaryPrimitives.WriteUInt32BigEndian(page.Slice(16), MaximumPrefetchLength);
        BinaryPrimitives.WriteUInt32BigEndian(page.Slice(20), MaximumUnmapLbaCount);
        BinaryPrimitives.WriteUInt32BigEndian(page.Slice(24), MaximumUnmapBlockDescriptorCount);
        BinaryPrimitives.WriteUInt32BigEndian(page.Slice(28), OptimalUnmapGranularity);
        if (UnmapGranularityAlignment is { } alignment)
            BinaryPrimitives.WriteUInt32BigEndian(page.Slice(32), 0x8000_0000 | alignment);
        BinaryPrimitives.WriteUInt64BigEndian(page.Slice(36), MaximumWriteSameLength);
        BinaryPrimitives.WriteUInt32BigEndian(page.Slice(44), MaximumAtomicTransferLength);
        BinaryPrimitives.WriteUInt32BigEndian(page.Slice(48), AtomicAlignment);
        BinaryPrimitives.WriteUInt32BigEndian(page.Slice(52), AtomicTransferLengthGranularity);
        BinaryPrimitives.WriteUInt32BigEndian(page.Slice(56), MaximumAtomicTransferLengthWithBoundary);
        BinaryPrimitives.WriteUInt32BigEndian(page.Slice(60), MaximumAtomicBoundarySize);
        return Length;
    }

    /// <summary>Reads the page. Fields that an older or truncated page lacks read as zero.</summary>
    /// <param name="source">The page, from its header on.</param>
    /// <param name="limits">What it says; <see langword="null"/> on failure.</param>
    /// <returns><see langword="false"/> if this is not page B0h or is shorter than the 16 bytes of SBC-2.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, [NotNullWhen(true)] out BlockLimits? limits)
    {
        limits = null;
        if (!VpdPage.TryGetContent(source, VpdPageCode.BlockLimits, out var content)
            || content.Length < MinLength - VpdPage.HeaderLength)
            return false;
        Span<byte> page = stackalloc byte[Length];
        page.Clear();
        content.Slice(0, Math.Min(content.Length, Length - VpdPage.HeaderLength)).CopyTo(page.Slice(VpdPage.HeaderLength));
        var alignment = BinaryPrimitives.ReadUInt32BigEndian(page.Slice(32));
        limits = new()
        {
            WriteSameNonZero = (page[4] & 0x01) != 0,
            MaximumCompareAndWriteLength = page[5],
            OptimalTransferLengthGranularity = BinaryPrimitives.ReadUInt16BigEndian(page.Slice(6)),
            MaximumTransferLength = BinaryPrimitives.ReadUInt32BigEndian(page.Slice(8)),
            OptimalTransferLength = BinaryPrimitives.ReadUInt32BigEndian(page.Slice(12)),
            MaximumPrefetchLength = BinaryPrimitives.ReadUInt32BigEndian(page.Slice(16)),
            MaximumUnmapLbaCount = BinaryPrimitives.ReadUInt32BigEndian(page.Slice(20)),
            MaximumUnmapBlockDescriptorCount = BinaryPrimitives.ReadUInt32BigEndian(page.Slice(24)),
            OptimalUnmapGranularity = BinaryPrimitives.ReadUInt32BigEndian(page.Slice(28)),
            UnmapGranularityAlignment = alignment >> 31 != 0 ? alignment & 0x7FFF_FFFF : null,
            MaximumWriteSameLength = BinaryPrimitives.ReadUInt64BigEndian(page.Slice(36)),
            MaximumAtomicTransferLength = BinaryPrimitives.ReadUInt32BigEndian(page.Slice(44)),
            AtomicAlignment = BinaryPrimitives.ReadUInt32BigEndian(page.Slice(48)),
            AtomicTransferLengthGranularity = BinaryPrimitives.ReadUInt32BigEndian(page.Slice(52)),
            MaximumAtomicTransferLengthWithBoundary = BinaryPrimitives.ReadUInt32BigEndian(page.Slice(56)),
            MaximumAtomicBoundarySize = BinaryPrimitives.ReadUInt32BigEndian(page.Slice(60)),
        };
        return true;
    }
}
