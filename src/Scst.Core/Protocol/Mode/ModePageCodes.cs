namespace Scst.Protocol;

/// <summary>Page codes and subpage codes of mode pages (SPC-6, SBC-5, MMC-6).</summary>
public static class ModePageCodes
{
    /// <summary>01h: Read-Write Error Recovery (SBC-5).</summary>
    public const byte ReadWriteErrorRecovery = 0x01;

    /// <summary>02h: Disconnect-Reconnect.</summary>
    public const byte DisconnectReconnect = 0x02;

    /// <summary>03h: Format Device (SBC, obsolete).</summary>
    public const byte FormatDevice = 0x03;

    /// <summary>04h: Rigid Disk Geometry (SBC, obsolete).</summary>
    public const byte RigidDiskGeometry = 0x04;

    /// <summary>07h: Verify Error Recovery (SBC-5).</summary>
    public const byte VerifyErrorRecovery = 0x07;

    /// <summary>08h: Caching (SBC-5).</summary>
    public const byte Caching = 0x08;

    /// <summary>0Ah: Control; with subpage 01h Control Extension.</summary>
    public const byte Control = 0x0A;

    /// <summary>18h: Protocol Specific Logical Unit.</summary>
    public const byte ProtocolSpecificLogicalUnit = 0x18;

    /// <summary>19h: Protocol Specific Port.</summary>
    public const byte ProtocolSpecificPort = 0x19;

    /// <summary>1Ah: Power Condition.</summary>
    public const byte PowerCondition = 0x1A;

    /// <summary>1Ch: Informational Exceptions Control; with subpage 02h Logical Block Provisioning (SBC-5).</summary>
    public const byte InformationalExceptionsControl = 0x1C;

    /// <summary>2Ah: CD/DVD Capabilities and Mechanical Status (MMC).</summary>
    public const byte CdCapabilities = 0x2A;

    /// <summary>3Fh, in MODE SENSE only: all pages.</summary>
    public const byte All = 0x3F;

    /// <summary>Subpage FFh, in MODE SENSE only: all subpages.</summary>
    public const byte AllSubpages = 0xFF;
}
