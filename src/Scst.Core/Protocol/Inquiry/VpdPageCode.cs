namespace Scst.Protocol;

/// <summary>PAGE CODE of vital product data pages (SPC-6, SBC-5).</summary>
public enum VpdPageCode : byte
{
    /// <summary>00h: Supported VPD Pages.</summary>
    SupportedPages = 0x00,

    /// <summary>80h: Unit Serial Number.</summary>
    UnitSerialNumber = 0x80,

    /// <summary>83h: Device Identification.</summary>
    DeviceIdentification = 0x83,

    /// <summary>85h: Management Network Addresses.</summary>
    ManagementNetworkAddresses = 0x85,

    /// <summary>86h: Extended INQUIRY Data.</summary>
    ExtendedInquiryData = 0x86,

    /// <summary>87h: Mode Page Policy.</summary>
    ModePagePolicy = 0x87,

    /// <summary>88h: SCSI Ports.</summary>
    ScsiPorts = 0x88,

    /// <summary>8Fh: Third-party Copy.</summary>
    ThirdPartyCopy = 0x8F,

    /// <summary>B0h: Block Limits (SBC-5).</summary>
    BlockLimits = 0xB0,

    /// <summary>B1h: Block Device Characteristics (SBC-5).</summary>
    BlockDeviceCharacteristics = 0xB1,

    /// <summary>B2h: Logical Block Provisioning (SBC-5).</summary>
    LogicalBlockProvisioning = 0xB2,

    /// <summary>B3h: Referrals (SBC-5).</summary>
    Referrals = 0xB3,

    /// <summary>B4h: Supported Block Lengths And Protection Types (SBC-5).</summary>
    SupportedBlockLengthsAndProtectionTypes = 0xB4,

    /// <summary>B5h: Block Device Characteristics Extension (SBC-5).</summary>
    BlockDeviceCharacteristicsExtension = 0xB5,

    /// <summary>B6h: Zoned Block Device Characteristics (ZBC-2).</summary>
    ZonedBlockDeviceCharacteristics = 0xB6,

    /// <summary>B7h: Block Limits Extension (SBC-5).</summary>
    BlockLimitsExtension = 0xB7,
}
