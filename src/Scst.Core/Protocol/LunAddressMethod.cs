namespace Scst.Protocol;

/// <summary>How a logical unit number is written into the eight-byte LUN field (SAM-6, LUN addressing methods).</summary>
public enum LunAddressMethod
{
    /// <summary>
    /// The shortest that holds the number: peripheral device to 255, flat space to 16383, extended flat space to 16777215.
    /// </summary>
    Automatic = 0,

    /// <summary>Peripheral device addressing on bus 0 (00b): 0 to 255.</summary>
    Peripheral = 1,

    /// <summary>Flat space addressing (01b): 0 to 16383.</summary>
    FlatSpace = 2,

    /// <summary>Extended flat space addressing (11b, LENGTH 01b, EXTENDED ADDRESS METHOD 2h): 0 to 16777215.</summary>
    ExtendedFlatSpace = 3,
}
