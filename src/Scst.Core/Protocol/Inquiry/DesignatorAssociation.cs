namespace Scst.Protocol;

/// <summary>ASSOCIATION of a designation descriptor (SPC-6): what it names.</summary>
public enum DesignatorAssociation : byte
{
    /// <summary>00b: the logical unit.</summary>
    LogicalUnit = 0,

    /// <summary>01b: the target port through which the command came.</summary>
    TargetPort = 1,

    /// <summary>10b: the SCSI target device.</summary>
    TargetDevice = 2,
}
