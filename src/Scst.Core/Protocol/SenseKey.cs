namespace Scst.Protocol;

/// <summary>Sense key (SPC-6, sense key descriptions).</summary>
public enum SenseKey : byte
{
    /// <summary>0h NO SENSE: nothing to report about the command.</summary>
    NoSense = 0x0,

    /// <summary>1h RECOVERED ERROR: completed, with some recovery action.</summary>
    RecoveredError = 0x1,

    /// <summary>2h NOT READY: the logical unit is not accessible.</summary>
    NotReady = 0x2,

    /// <summary>3h MEDIUM ERROR: a flaw in the medium or in the recorded data.</summary>
    MediumError = 0x3,

    /// <summary>4h HARDWARE ERROR: a failure that could not be recovered from.</summary>
    HardwareError = 0x4,

    /// <summary>5h ILLEGAL REQUEST: an illegal parameter in the CDB or in the parameter data, or no such logical unit.</summary>
    IllegalRequest = 0x5,

    /// <summary>6h UNIT ATTENTION: a unit attention condition has been established.</summary>
    UnitAttention = 0x6,

    /// <summary>7h DATA PROTECT: the medium is protected from this access.</summary>
    DataProtect = 0x7,

    /// <summary>8h BLANK CHECK: blank medium or end of data where something else was expected.</summary>
    BlankCheck = 0x8,

    /// <summary>9h VENDOR SPECIFIC.</summary>
    VendorSpecific = 0x9,

    /// <summary>Ah COPY ABORTED: a third party copy was aborted.</summary>
    CopyAborted = 0xA,

    /// <summary>Bh ABORTED COMMAND: the device server aborted the command; the application client may try again.</summary>
    AbortedCommand = 0xB,

    /// <summary>Dh VOLUME OVERFLOW: the end of the partition was reached with data left over.</summary>
    VolumeOverflow = 0xD,

    /// <summary>Eh MISCOMPARE: source data did not match the data read from the medium.</summary>
    Miscompare = 0xE,

    /// <summary>Fh COMPLETED: completed sense data, of a command that ended without error.</summary>
    Completed = 0xF,
}
