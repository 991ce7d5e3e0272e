namespace Scst.Protocol;

/// <summary>PERIPHERAL QUALIFIER field of INQUIRY data, three bits (SPC-6, standard INQUIRY data).</summary>
public enum PeripheralQualifier : byte
{
    /// <summary>000b: a peripheral device is connected, as far as the target knows.</summary>
    Connected = 0,

    /// <summary>001b: the logical unit is able to have a peripheral device, but has none now.</summary>
    NotConnected = 1,

    /// <summary>011b: the logical unit is not able to have a peripheral device; there is none at this number.</summary>
    NotSupported = 3,
}
