using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>
/// The eight-byte LUN field as it travels (SAM-6, logical unit numbers). Two fields that differ are different values here
/// even when they address the same logical unit: compare what <see cref="TryGetNumber"/> gives for that.
/// </summary>
public readonly record struct Lun
{
    /// <summary>Bytes of the field.</summary>
    public const int Length = 8;

    /// <summary>Highest number of the extended flat space addressing method.</summary>
    public const int MaxNumber = 0xFFFFFF;

    private const ulong LevelsBelowTheFirst = 0x0000_FFFF_FFFF_FFFF;
    private const int MaxPeripheral = 0xFF;
    private const int MaxFlatSpace = 0x3FFF;
    private const ulong FlatSpace = 0x4000;
    private const ulong ExtendedFlatSpace = 0xD200_0000;

    /// <summary>A LUN field of the given value.</summary>
    /// <param name="value">The eight bytes, the first of them most significant.</param>
    public Lun(ulong value) => Value = value;

    /// <summary>The eight bytes, the first of them most significant.</summary>
    public ulong Value { get; }

    /// <summary>LUN 0, in peripheral device addressing: all zeros.</summary>
    public static Lun Zero => default;

    /// <summary>The REPORT LUNS well known logical unit, C101_0000_0000_0000h (SPC-6, well known logical units).</summary>
    public static Lun ReportLunsWellKnown => new(0xC101_0000_0000_0000);

    /// <summary>
    /// Whether the field addresses a well known logical unit: extended addressing, LENGTH 00b, EXTENDED ADDRESS METHOD 1h,
    /// and nothing but zeros after the W-LUN byte.
    /// </summary>
    public bool IsWellKnown => Value >> 56 == 0xC1 && (Value & LevelsBelowTheFirst) == 0;

    /// <summary>Writes a logical unit number into a LUN field.</summary>
    /// <param name="number">The number, 0 to <see cref="MaxNumber"/>.</param>
    /// <param name="method">The addressing method; by default the shortest that holds the number.</param>
    /// <returns>The field.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The method cannot hold the number.</exception>
    public static Lun FromNumber(int number, LunAddressMethod method = LunAddressMethod.Automatic)
    {
        var (highest, value) = method switch
        {
            LunAddressMethod.Peripheral => (MaxPeripheral, (ulong)(uint)number << 48),
            LunAddressMethod.FlatSpace => (MaxFlatSpace, (FlatSpace | (uint)number) << 48),
            LunAddressMethod.ExtendedFlatSpace => (MaxNumber, (ExtendedFlatSpace | (uint)number) << 32),
            LunAddressMethod.Automatic when number <= MaxPeripheral => (MaxPeripheral, (ulong)(uint)number << 48),
            LunAddressMethod.Automatic when number <= MaxFlatSpace => (MaxFlatSpace, (FlatSpace | (uint)number) << 48),
            LunAddressMethod.Automatic => (MaxNumber, (ExtendedFlatSpace | (uint)number) << 32),
            _ => throw new ArgumentOutOfRangeException(nameof(method)),
        };
        if (number < 0 || number > highest)
            throw new ArgumentOutOfRangeException(nameof(number));
        return new Lun(value);
    }

    /// <summary>
    /// The logical unit number, if the field addresses a logical unit of this level: peripheral device addressing on bus 0,
    /// flat space addressing, logical unit addressing with bus and target 0, or extended flat space addressing; with all
    /// bytes that the method leaves unused zero.
    /// </summary>
    /// <param name="number">The number, 0 to <see cref="MaxNumber"/>.</param>
    /// <returns><see langword="false"/> for every other field, well known logical units among them.</returns>
    public bool TryGetNumber(out int number)
    {
        var first = (uint)(Value >> 48);
        if ((Value & LevelsBelowTheFirst) == 0)
        {
            // Peripheral on bus 0 is what nearly every initiator sends.
            number = (int)first;
            if (first <= MaxPeripheral)
                return true;
            number = (int)(first & MaxFlatSpace);
            switch (first >> 14)
            {
                case 0b01:
                    return true;
                case 0b10:
                    // Target is bits 13 to 8, bus bits 7 to 5.
                    return number <= 0x1F;
            }
        }
        number = (int)(Value >> 32) & MaxNumber;
        return Value >> 56 == 0xD2 && (uint)Value == 0;
    }

    /// <summary>Reads the field.</summary>
    /// <param name="source">At least eight bytes.</param>
    /// <returns>The field.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="source"/> is shorter than eight bytes.</exception>
    public static Lun ReadFrom(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt64BigEndian(source));

    /// <summary>Writes the field.</summary>
    /// <param name="destination">At least eight bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is shorter than eight bytes.</exception>
    public void WriteTo(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, Value);

    /// <summary>The field in hexadecimal, for example <c>0005_0000_0000_0000h</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Value >> 48:X4}_{(Value >> 32) & 0xFFFF:X4}_{(Value >> 16) & 0xFFFF:X4}_{Value & 0xFFFF:X4}h";
}
