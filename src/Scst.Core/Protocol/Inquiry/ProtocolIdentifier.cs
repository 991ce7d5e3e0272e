namespace Scst.Protocol;

/// <summary>PROTOCOL IDENTIFIER: the SCSI transport protocol (SPC-6, protocol specific parameters).</summary>
public enum ProtocolIdentifier : byte
{
    /// <summary>0h: Fibre Channel Protocol.</summary>
    FibreChannel = 0x0,

    /// <summary>1h: SCSI Parallel Interface.</summary>
    ParallelScsi = 0x1,

    /// <summary>2h: Serial Storage Architecture.</summary>
    Ssa = 0x2,

    /// <summary>3h: Serial Bus Protocol for IEEE 1394.</summary>
    Ieee1394 = 0x3,

    /// <summary>4h: SCSI RDMA Protocol (SRP).</summary>
    Rdma = 0x4,

    /// <summary>5h: iSCSI.</summary>
    Iscsi = 0x5,

    /// <summary>6h: SAS Serial SCSI Protocol.</summary>
    Sas = 0x6,

    /// <summary>7h: Automation/Drive Interface Transport Protocol.</summary>
    AutomationDriveInterface = 0x7,

    /// <summary>8h: AT Attachment.</summary>
    Ata = 0x8,

    /// <summary>9h: USB Attached SCSI.</summary>
    UsbAttachedScsi = 0x9,

    /// <summary>Ah: SCSI over PCI Express.</summary>
    ScsiOverPciExpress = 0xA,

    /// <summary>Bh: PCI Express protocols.</summary>
    PciExpress = 0xB,

    /// <summary>Fh: no specific protocol.</summary>
    None = 0xF,
}
