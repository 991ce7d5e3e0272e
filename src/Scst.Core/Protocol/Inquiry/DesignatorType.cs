namespace Scst.Protocol;

/// <summary>DESIGNATOR TYPE of a designation descriptor (SPC-6).</summary>
public enum DesignatorType : byte
{
    /// <summary>0h: vendor specific, assigned by nobody.</summary>
    VendorSpecific = 0,

    /// <summary>1h: T10 vendor identification, then what the vendor chose.</summary>
    T10VendorId = 1,

    /// <summary>2h: EUI-64 based, of 8, 12 or 16 bytes.</summary>
    Eui64 = 2,

    /// <summary>3h: NAA, of 8 or 16 bytes.</summary>
    Naa = 3,

    /// <summary>4h: relative target port identifier.</summary>
    RelativeTargetPort = 4,

    /// <summary>5h: target port group.</summary>
    TargetPortGroup = 5,

    /// <summary>6h: logical unit group.</summary>
    LogicalUnitGroup = 6,

    /// <summary>7h: MD5 logical unit identifier.</summary>
    Md5 = 7,

    /// <summary>8h: SCSI name string.</summary>
    ScsiNameString = 8,

    /// <summary>9h: protocol specific port identifier.</summary>
    ProtocolSpecificPort = 9,

    /// <summary>Ah: UUID.</summary>
    Uuid = 0xA,
}
