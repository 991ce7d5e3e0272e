namespace Scst.Protocol;

/// <summary>PROVISIONING STATUS of an LBA status descriptor (SBC-5).</summary>
public enum ProvisioningStatus : byte
{
    /// <summary>0h: mapped, or not known.</summary>
    MappedOrUnknown = 0,

    /// <summary>1h: deallocated.</summary>
    Deallocated = 1,

    /// <summary>2h: anchored.</summary>
    Anchored = 2,

    /// <summary>3h: mapped.</summary>
    Mapped = 3,

    /// <summary>4h: not known.</summary>
    Unknown = 4,
}
