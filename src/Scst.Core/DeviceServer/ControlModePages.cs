using Scst.Protocol;

namespace Scst;

/// <summary>The mode pages that the core obeys itself: Control (0Ah) and Control Extension (0Ah/01h), SPC-6.</summary>
internal static class ControlModePages
{
    /// <summary>SUBPAGE CODE of the Control Extension mode page.</summary>
    internal const byte ControlExtension = 0x01;

    internal const int DescriptorSenseByte = 2;
    internal const byte DescriptorSenseBit = 0x04;
    internal const int SoftwareWriteProtectByte = 4;
    internal const byte SoftwareWriteProtectBit = 0x08;
    internal const int TaskAbortedStatusByte = 5;
    internal const byte TaskAbortedStatusBit = 0x40;
    internal const int TimestampByte = 4;
    internal const byte ScsiPrecedenceBit = 0x02;

    private const byte TimestampChangeableOutsideBit = 0x04;
    private const byte Savable = 0x80;
    private const byte SubpageFormat = 0x40;
    private const byte ExtensionLength = 0x1C;
    private const int ExtensionRest = 27;

    // D_SENSE, SWP and TAS may be changed; commands may be reordered freely (QUEUE ALGORITHM MODIFIER 1), one task set for all
    // nexuses (TST 000b), busy timeout and self-test time not limited by us.
    internal static ModePage Control { get; } = new(
        [Savable | ModePageCodes.Control, 0x0A, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0],
        [
            Savable | ModePageCodes.Control, 0x0A, DescriptorSenseBit, 0, SoftwareWriteProtectBit, TaskAbortedStatusBit,
            0, 0, 0, 0, 0, 0,
        ]);

    // TCMOS: the timestamp is the host's clock until it is set. SCSIP, which lets SET TIMESTAMP overrule that, may be changed.
    // No implicit change of asymmetric access (IALUAE), no priorities (INITIAL COMMAND PRIORITY), no limit of sense data.
    internal static ModePage Extension { get; } = new(
        [
            Savable | SubpageFormat | ModePageCodes.Control, ControlExtension, 0, ExtensionLength,
            TimestampChangeableOutsideBit | ScsiPrecedenceBit, .. new byte[ExtensionRest],
        ],
        [
            Savable | SubpageFormat | ModePageCodes.Control, ControlExtension, 0, ExtensionLength,
            ScsiPrecedenceBit, .. new byte[ExtensionRest],
        ]);

    internal static bool IsCore(ModePage page) =>
        page.Code == ModePageCodes.Control && page.Subpage is 0 or ControlExtension;
}
