using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>Extended INQUIRY Data, page 86h (SPC-6). What is not set is zero.</summary>
public sealed record ExtendedInquiryData
{
    /// <summary>Bytes that <see cref="WriteTo"/> writes.</summary>
    public const int Length = 64;

    /// <summary>ACTIVATE MICROCODE, 0 to 3.</summary>
    public byte ActivateMicrocode { get; init; }

    /// <summary>SPT, 0 to 7: which protection types are supported; means something with PROTECT in standard INQUIRY data.</summary>
    public byte SupportedProtectionTypes { get; init; }

    /// <summary>GRD_CHK bit: the logical block guard is checked.</summary>
    public bool GuardCheck { get; init; }

    /// <summary>APP_CHK bit: the logical block application tag is checked.</summary>
    public bool ApplicationTagCheck { get; init; }

    /// <summary>REF_CHK bit: the logical block reference tag is checked.</summary>
    public bool ReferenceTagCheck { get; init; }

    /// <summary>UASK_SUP bit: sense key specific data accompanies unit attention conditions.</summary>
    public bool UnitAttentionSenseKeySpecific { get; init; }

    /// <summary>GROUP_SUP bit: the grouping function is supported.</summary>
    public bool Grouping { get; init; }

    /// <summary>PRIOR_SUP bit: command priority is supported.</summary>
    public bool Priority { get; init; }

    /// <summary>HEADSUP bit: the task attribute HEAD OF QUEUE is supported.</summary>
    public bool HeadOfQueue { get; init; }

    /// <summary>ORDSUP bit: the task attribute ORDERED is supported.</summary>
    public bool Ordered { get; init; }

    /// <summary>SIMPSUP bit: the task attribute SIMPLE is supported.</summary>
    public bool Simple { get; init; }

    /// <summary>WU_SUP bit: WRITE LONG can set the write uncorrectable bit.</summary>
    public bool WriteUncorrectable { get; init; }

    /// <summary>CRD_SUP bit: WRITE LONG can set the correction disabled bit.</summary>
    public bool CorrectionDisable { get; init; }

    /// <summary>NV_SUP bit: there is a non-volatile cache.</summary>
    public bool NonVolatileCache { get; init; }

    /// <summary>V_SUP bit: there is a volatile cache.</summary>
    public bool VolatileCache { get; init; }

    /// <summary>LUICLR bit: each unit attention is cleared for the I_T nexus of the command only, as SPC-4 and later ask.</summary>
    public bool LogicalUnitITNexusClear { get; init; }

    /// <summary>R_SUP bit: referrals are supported.</summary>
    public bool Referrals { get; init; }

    /// <summary>RTD_SUP bit: the RTD bit of MODE SELECT is supported.</summary>
    public bool RevertToDefaults { get; init; }

    /// <summary>MULTI I_T NEXUS MICROCODE DOWNLOAD, 0 to 15.</summary>
    public byte MultiITNexusMicrocodeDownload { get; init; }

    /// <summary>EXTENDED SELF-TEST COMPLETION MINUTES.</summary>
    public ushort ExtendedSelfTestCompletionMinutes { get; init; }

    /// <summary>MAXIMUM SUPPORTED SENSE DATA LENGTH in bytes, at most 252.</summary>
    public byte MaximumSenseDataLength { get; init; }

    /// <summary>Writes the page.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="peripheral">PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination, Peripheral peripheral)
    {
        var page = VpdPage.Begin(destination, peripheral, VpdPageCode.ExtendedInquiryData, Length);
        page[4] = (byte)((ActivateMicrocode & 3) << 6 | (SupportedProtectionTypes & 7) << 3 | (GuardCheck ? 0x04 : 0)
            | (ApplicationTagCheck ? 0x02 : 0) | (ReferenceTagCheck ? 0x01 : 0));
        page[5] = (byte)((UnitAttentionSenseKeySpecific ? 0x20 : 0) | (Grouping ? 0x10 : 0) | (Priority ? 0x08 : 0)
            | (HeadOfQueue ? 0x04 : 0) | (Ordered ? 0x02 : 0) | (Simple ? 0x01 : 0));
        page[6] = (byte)((WriteUncorrectable ? 0x08 : 0) | (CorrectionDisable ? 0x04 : 0) | (NonVolatileCache ? 0x02 : 0)
            | (VolatileCache ? 0x01 : 0));
        page[7] = (byte)(LogicalUnitITNexusClear ? 0x01 : 0);
        page[8] = (byte)((Referrals ? 0x10 : 0) | (RevertToDefaults ? 0x08 : 0));
        page[9] = (byte)(MultiITNexusMicrocodeDownload & 0x0F);
        BinaryPrimitives.WriteUInt16BigEndian(page.Slice(10), ExtendedSelfTestCompletionMinutes);
        page[13] = MaximumSenseDataLength;
        return Length;
    }

    /// <summary>Reads the page.</summary>
    /// <param name="source">The page, from its header on.</param>
    /// <param name="data">What it says; <see langword="null"/> on failure.</param>
    /// <returns><see langword="false"/> if this is not page 86h or is shorter than 64 bytes.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, [NotNullWhen(true)] out ExtendedInquiryData? data)
    {
        data = null;
        if (!VpdPage.TryGetContent(source, VpdPageCode.ExtendedInquiryData, out var content)
            || content.Length < Length - VpdPage.HeaderLength)
            return false;
        data = new()
        {
            ActivateMicrocode = (byte)(source[4] >> 6),
            SupportedProtectionTypes = (byte)((source[4] >> 3) & 7),
            GuardCheck = (source[4] & 0x04) != 0,
            ApplicationTagCheck = (source[4] & 0x02) != 0,
            ReferenceTagCheck = (source[4] & 0x01) != 0,
            UnitAttentionSenseKeySpecific = (source[5] & 0x20) != 0,
            Grouping = (source[5] & 0x10) != 0,
            Priority = (source[5] & 0x08) != 0,
            HeadOfQueue = (source[5] & 0x04) != 0,
            Ordered = (source[5] & 0x02) != 0,
            Simple = (source[5] & 0x01) != 0,
            WriteUncorrectable = (source[6] & 0x08) != 0,
            CorrectionDisable = (source[6] & 0x04) != 0,
            NonVolatileCache = (source[6] & 0x02) != 0,
            VolatileCache = (source[6] & 0x01) != 0,
            LogicalUnitITNexusClear = (source[7] & 0x01) != 0,
            Referrals = (source[8] & 0x10) != 0,
            RevertToDefaults = (source[8] & 0x08) != 0,
            MultiITNexusMicrocodeDownload = (byte)(source[9] & 0x0F),
            ExtendedSelfTestCompletionMinutes = BinaryPrimitives.ReadUInt16BigEndian(source.Slice(10)),
            MaximumSenseDataLength = source[13],
        };
        return true;
    }
}
