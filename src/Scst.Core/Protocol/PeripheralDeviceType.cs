namespace Scst.Protocol;

/// <summary>PERIPHERAL DEVICE TYPE field of INQUIRY data, five bits (SPC-6, standard INQUIRY data).</summary>
public enum PeripheralDeviceType : byte
{
    /// <summary>00h: direct access block device, a disk (SBC-5).</summary>
    DirectAccessBlock = 0x00,

    /// <summary>01h: sequential access device, a tape (SSC-5).</summary>
    SequentialAccess = 0x01,

    /// <summary>03h: processor device (SPC-2).</summary>
    Processor = 0x03,

    /// <summary>04h: write-once device.</summary>
    WriteOnce = 0x04,

    /// <summary>05h: CD, DVD or BD device (MMC-6).</summary>
    CdDvd = 0x05,

    /// <summary>07h: optical memory device.</summary>
    OpticalMemory = 0x07,

    /// <summary>08h: media changer device (SMC-3).</summary>
    MediumChanger = 0x08,

    /// <summary>0Ch: storage array controller device (SCC-2).</summary>
    StorageArrayController = 0x0C,

    /// <summary>0Dh: enclosure services device (SES-4).</summary>
    EnclosureServices = 0x0D,

    /// <summary>0Eh: simplified direct-access device (RBC).</summary>
    SimplifiedDirectAccess = 0x0E,

    /// <summary>0Fh: optical card reader/writer device.</summary>
    OpticalCardReaderWriter = 0x0F,

    /// <summary>11h: object-based storage device (OSD-2).</summary>
    ObjectBasedStorage = 0x11,

    /// <summary>12h: automation/drive interface (ADC-4).</summary>
    AutomationDriveInterface = 0x12,

    /// <summary>14h: host managed zoned block device (ZBC-2).</summary>
    HostManagedZonedBlock = 0x14,

    /// <summary>1Eh: well known logical unit.</summary>
    WellKnownLogicalUnit = 0x1E,

    /// <summary>1Fh: unknown or no device type. With peripheral qualifier 011b: no logical unit here.</summary>
    UnknownOrNone = 0x1F,
}
