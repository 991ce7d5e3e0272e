using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>READ CAPACITY(16) parameter data (SBC-5).</summary>
public sealed record ReadCapacity16Data
{
    /// <summary>Bytes of the data.</summary>
    public const int Length = 32;

    // A device server of SBC-2 may return twelve bytes.
    private const int MinLength = 12;

    /// <summary>RETURNED LOGICAL BLOCK ADDRESS: LBA of the last block.</summary>
    public ulong LastLba { get; init; }

    /// <summary>LOGICAL BLOCK LENGTH IN BYTES.</summary>
    public uint BlockLength { get; init; }

    /// <summary>RC BASIS, 0 to 3: of what the last LBA is told, for zoned devices.</summary>
    public byte CapacityBasis { get; init; }

    /// <summary>Protection type 1, 2 or 3 (PROT_EN and P_TYPE), or 0 for none.</summary>
    public byte ProtectionType { get; init; }

    /// <summary>P_I_EXPONENT, 0 to 15: 2^this protection information intervals per block.</summary>
    public byte ProtectionIntervalExponent { get; init; }

    /// <summary>LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT, 0 to 15: 2^this; zero says one or more.</summary>
    public byte PhysicalBlockExponent { get; init; }

    /// <summary>LBPME bit: logical block provisioning management is enabled.</summary>
    public bool ProvisioningManagement { get; init; }

    /// <summary>LBPRZ bit: unmapped blocks read as zeros.</summary>
    public bool UnmappedReadsZeros { get; init; }

    /// <summary>LOWEST ALIGNED LOGICAL BLOCK ADDRESS, 0 to 16383.</summary>
    public ushort LowestAlignedLba { get; init; }

    /// <summary>Writes the data.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination)
    {
        var data = destination.Slice(0, Length);
        data.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(data, LastLba);
        BinaryPrimitives.WriteUInt32BigEndian(data.Slice(8), BlockLength);
        data[12] = (byte)((CapacityBasis & 3) << 4 | (ProtectionType == 0 ? 0 : ((ProtectionType - 1) & 7) << 1 | 0x01));
        data[13] = (byte)((ProtectionIntervalExponent & 0x0F) << 4 | (PhysicalBlockExponent & 0x0F));
        BinaryPrimitives.WriteUInt16BigEndian(
            data.Slice(14),
            (ushort)((ProvisioningManagement ? 0x8000 : 0) | (UnmappedReadsZeros ? 0x4000 : 0) | (LowestAlignedLba & 0x3FFF)));
        return Length;
    }

    /// <summary>Reads the data. Fields that an older or truncated one lacks read as zero.</summary>
    /// <param name="source">The parameter data.</param>
    /// <param name="data">What it says; <see langword="null"/> on failure.</param>
    /// <returns><see langword="false"/> if there are fewer than twelve bytes.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, [NotNullWhen(true)] out ReadCapacity16Data? data)
    {
        data = null;
        if (source.Length < MinLength)
            return false;
        var protection = source.Length > 12 ? source[12] : (byte)0;
        var exponents = source.Length > 13 ? source[13] : (byte)0;
        var provisioning = source.Length > 15 ? BinaryPrimitives.ReadUInt16BigEndian(source.Slice(14)) : (ushort)0;
        data = new()
        {
            LastLba = BinaryPrimitives.ReadUInt64BigEndian(source),
            BlockLength = BinaryPrimitives.ReadUInt32BigEndian(source.Slice(8)),
            CapacityBasis = (byte)((protection >> 4) & 3),
            ProtectionType = (byte)((protection & 0x01) != 0 ? ((protection >> 1) & 7) + 1 : 0),
            ProtectionIntervalExponent = (byte)(exponents >> 4),
            PhysicalBlockExponent = (byte)(exponents & 0x0F),
            ProvisioningManagement = (provisioning & 0x8000) != 0,
            UnmappedReadsZeros = (provisioning & 0x4000) != 0,
            LowestAlignedLba = (ushort)(provisioning & 0x3FFF),
        };
        return true;
    }
}
