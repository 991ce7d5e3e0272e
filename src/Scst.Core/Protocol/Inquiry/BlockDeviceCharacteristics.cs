using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>Block Device Characteristics, page B1h (SBC-5).</summary>
public sealed record BlockDeviceCharacteristics
{
    /// <summary>Bytes that <see cref="WriteTo"/> writes.</summary>
    public const int Length = 64;

    /// <summary><see cref="MediumRotationRate"/> of a medium that does not rotate, such as flash.</summary>
    public const ushort NonRotating = 1;

    /// <summary>MEDIUM ROTATION RATE in revolutions per minute; 0 says nothing, <see cref="NonRotating"/> none.</summary>
    public ushort MediumRotationRate { get; init; }

    /// <summary>PRODUCT TYPE; zero says nothing.</summary>
    public byte ProductType { get; init; }

    /// <summary>
    /// WABEREQ, 0 to 3: whether a block must be written after a sanitize block erase before it can be read; zero says nothing.
    /// </summary>
    public byte WriteAfterBlockEraseRequired { get; init; }

    /// <summary>WACEREQ, 0 to 3: the same after a sanitize cryptographic erase.</summary>
    public byte WriteAfterCryptographicEraseRequired { get; init; }

    /// <summary>NOMINAL FORM FACTOR, 0 to 15; zero says nothing.</summary>
    public byte NominalFormFactor { get; init; }

    /// <summary>ZONED, 0 to 3: zoned block device capabilities; zero says nothing, 1 is host aware.</summary>
    public byte Zoned { get; init; }

    /// <summary>FUAB bit: SYNCHRONIZE CACHE and FUA follow SBC-3 and later.</summary>
    public bool FuaBehavior { get; init; }

    /// <summary>VBULS bit: VERIFY of unmapped blocks is supported.</summary>
    public bool VerifyByteCheckUnmappedLbaSupported { get; init; }

    /// <summary>Writes the page.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="peripheral">PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination, Peripheral peripheral)
    {
        var page = VpdPage.Begin(destination, peripheral, VpdPageCode.BlockDeviceCharacteristics, Length);
        BinaryPrimitives.WriteUInt16BigEndian(page.Slice(4), MediumRotationRate);
        page[6] = ProductType;
        page[7] = (byte)((WriteAfterBlockEraseRequired & 3) << 6 | (WriteAfterCryptographicEraseRequired & 3) << 4
            | (NominalFormFactor & 0x0F));
        page[8] = (byte)((Zoned & 3) << 4 | (FuaBehavior ? 0x02 : 0) | (VerifyByteCheckUnmappedLbaSupported ? 0x01 : 0));
        return Length;
    }

    /// <summary>Reads the page.</summary>
    /// <param name="source">The page, from its header on.</param>
    /// <param name="characteristics">What it says; <see langword="null"/> on failure.</param>
    /// <returns><see langword="false"/> if this is not page B1h or is shorter than 64 bytes.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, [NotNullWhen(true)] out BlockDeviceCharacteristics? characteristics)
    {
        characteristics = null;
        if (!VpdPage.TryGetContent(source, VpdPageCode.BlockDeviceCharacteristics, out var content)
            || content.Length < Length - VpdPage.HeaderLength)
            return false;
        characteristics = new()
        {
            MediumRotationRate = BinaryPrimitives.ReadUInt16BigEndian(source.Slice(4)),
            ProductType = source[6],
            WriteAfterBlockEraseRequired = (byte)(source[7] >> 6),
            WriteAfterCryptographicEraseRequired = (byte)((source[7] >> 4) & 3),
            NominalFormFactor = (byte)(source[7] & 0x0F),
            Zoned = (byte)((source[8] >> 4) & 3),
            FuaBehavior = (source[8] & 0x02) != 0,
            VerifyByteCheckUnmappedLbaSupported = (source[8] & 0x01) != 0,
        };
        return true;
    }
}
