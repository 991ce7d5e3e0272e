namespace Scst.Protocol;

/// <summary>TIMESTAMP ORIGIN: what has initialized the timestamp last (SPC-6, device clocks).</summary>
public enum TimestampOrigin : byte
{
    /// <summary>000b: it was zero at power on or a hard reset.</summary>
    PowerOn = 0,

    /// <summary>010b: a SET TIMESTAMP.</summary>
    SetTimestamp = 2,

    /// <summary>011b: a method outside of the standard, such as the host's clock.</summary>
    Outside = 3,
}
