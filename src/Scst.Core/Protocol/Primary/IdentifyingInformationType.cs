namespace Scst.Protocol;

/// <summary>INFORMATION TYPE of REPORT and SET IDENTIFYING INFORMATION (SPC-6).</summary>
public enum IdentifyingInformationType : byte
{
    /// <summary>0000000b: peripheral device identifying information, bytes without a meaning to the device.</summary>
    Device = 0x00,

    /// <summary>0000010b: peripheral device text identifying information, UTF-8 with a null at its end.</summary>
    Text = 0x02,

    /// <summary>1111111b, to report only: which types are supported.</summary>
    Supported = 0x7F,
}
