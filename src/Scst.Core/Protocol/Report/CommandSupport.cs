namespace Scst.Protocol;

/// <summary>SUPPORT field of REPORT SUPPORTED OPERATION CODES (SPC-6).</summary>
public enum CommandSupport : byte
{
    /// <summary>000b: not known now; ask again later.</summary>
    NotAvailable = 0,

    /// <summary>001b: the command is not supported.</summary>
    NotSupported = 1,

    /// <summary>011b: supported as the standard says.</summary>
    Supported = 3,

    /// <summary>101b: supported in a vendor specific manner.</summary>
    VendorSpecific = 5,
}
