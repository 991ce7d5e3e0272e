namespace Scst.Protocol;

/// <summary>Byte 0 of standard INQUIRY data and of every vital product data page (SPC-6).</summary>
/// <param name="Type">PERIPHERAL DEVICE TYPE.</param>
/// <param name="Qualifier">PERIPHERAL QUALIFIER.</param>
public readonly record struct Peripheral(
    PeripheralDeviceType Type,
    PeripheralQualifier Qualifier = PeripheralQualifier.Connected)
{
    /// <summary>What answers where there is no logical unit: qualifier 011b, type 1Fh; 7Fh together.</summary>
    public static Peripheral NoLogicalUnit => new(PeripheralDeviceType.UnknownOrNone, PeripheralQualifier.NotSupported);

    /// <summary>Takes the byte apart.</summary>
    /// <param name="value">The byte.</param>
    /// <returns>Its two fields.</returns>
    public static Peripheral FromByte(byte value) => new((PeripheralDeviceType)(value & 0x1F), (PeripheralQualifier)(value >> 5));

    /// <summary>The byte: qualifier in bits 7 to 5, type in bits 4 to 0.</summary>
    /// <returns>The byte.</returns>
    public byte ToByte() => (byte)((byte)Qualifier << 5 | ((byte)Type & 0x1F));
}
