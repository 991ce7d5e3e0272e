using System;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>Logical Block Provisioning, page B2h (SBC-5), without a provisioning group descriptor.</summary>
public sealed record LogicalBlockProvisioning
{
    /// <summary>Bytes that <see cref="WriteTo"/> writes.</summary>
    public const int Length = 8;

    /// <summary>THRESHOLD EXPONENT: threshold sets are 2^this blocks; zero: no thresholds.</summary>
    public byte ThresholdExponent { get; init; }

    /// <summary>LBPU bit: UNMAP is supported.</summary>
    public bool Unmap { get; init; }

    /// <summary>LBPWS bit: WRITE SAME(16) unmaps.</summary>
    public bool WriteSame16 { get; init; }

    /// <summary>LBPWS10 bit: WRITE SAME(10) unmaps.</summary>
    public bool WriteSame10 { get; init; }

    /// <summary>LBPRZ, 0 to 7: 0 unmapped blocks read as anything, 1 as zeros, 2 as the provisioning initialization pattern.</summary>
    public byte UnmappedReadsZeros { get; init; }

    /// <summary>ANC_SUP bit: anchored blocks are supported.</summary>
    public bool Anchor { get; init; }

    /// <summary>MINIMUM PERCENTAGE, 0 to 31.</summary>
    public byte MinimumPercentage { get; init; }

    /// <summary>PROVISIONING TYPE.</summary>
    public ProvisioningType ProvisioningType { get; init; }

    /// <summary>THRESHOLD PERCENTAGE.</summary>
    public byte ThresholdPercentage { get; init; }

    /// <summary>Writes the page.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="peripheral">PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination, Peripheral peripheral)
    {
        var page = VpdPage.Begin(destination, peripheral, VpdPageCode.LogicalBlockProvisioning, Length);
        page[4] = ThresholdExponent;
        page[5] = (byte)((Unmap ? 0x80 : 0) | (WriteSame16 ? 0x40 : 0) | (WriteSame10 ? 0x20 : 0)
            | (UnmappedReadsZeros & 7) << 2 | (Anchor ? 0x02 : 0));
        page[6] = (byte)((MinimumPercentage & 0x1F) << 3 | ((byte)ProvisioningType & 7));
        page[7] = ThresholdPercentage;
        return Length;
    }

    /// <summary>Reads the page. A provisioning group descriptor (DP bit) is not looked at.</summary>
    /// <param name="source">The page, from its header on.</param>
    /// <param name="provisioning">What it says; <see langword="null"/> on failure.</param>
    /// <returns><see langword="false"/> if this is not page B2h or is shorter than 8 bytes.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, [NotNullWhen(true)] out LogicalBlockProvisioning? provisioning)
    {
        provisioning = null;
        if (!VpdPage.TryGetContent(source, VpdPageCode.LogicalBlockProvisioning, out var content)
            || content.Length < Length - VpdPage.HeaderLength)
            return false;
        provisioning = new()
        {
            ThresholdExponent = source[4],
            Unmap = (source[5] & 0x80) != 0,
            WriteSame16 = (source[5] & 0x40) != 0,
            WriteSame10 = (source[5] & 0x20) != 0,
            UnmappedReadsZeros = (byte)((source[5] >> 2) & 7),
            Anchor = (source[5] & 0x02) != 0,
            MinimumPercentage = (byte)(source[6] >> 3),
            ProvisioningType = (ProvisioningType)(source[6] & 7),
            ThresholdPercentage = source[7],
        };
        return true;
    }
}
