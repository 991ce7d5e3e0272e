namespace Scst.Protocol;

/// <summary>PROVISIONING TYPE of the Logical Block Provisioning page (SBC-5).</summary>
public enum ProvisioningType : byte
{
    /// <summary>000b: fully provisioned, or not reported.</summary>
    NotReported = 0,

    /// <summary>001b: resource provisioned.</summary>
    Resource = 1,

    /// <summary>010b: thin provisioned.</summary>
    Thin = 2,
}
