using System;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>Unit Serial Number, page 80h (SPC-6).</summary>
public static class UnitSerialNumberPage
{
    /// <summary>Characters of a serial number at most.</summary>
    public const int MaxLength = 252;

    /// <summary>Writes the page.</summary>
    /// <param name="destination">At least four bytes and one per character.</param>
    /// <param name="peripheral">PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE.</param>
    /// <param name="serialNumber">PRODUCT SERIAL NUMBER, 0 to <see cref="MaxLength"/> ASCII graphic characters.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The serial number is longer or has other characters.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, Peripheral peripheral, string serialNumber)
    {
        Ascii.Check(serialNumber, MaxLength, nameof(serialNumber));
        var page = VpdPage.Begin(
            destination, peripheral, VpdPageCode.UnitSerialNumber, VpdPage.HeaderLength + serialNumber.Length);
        Ascii.Write(page.Slice(VpdPage.HeaderLength), serialNumber);
        return page.Length;
    }

    /// <summary>Reads the page; a truncated one as far as it goes.</summary>
    /// <param name="source">The page, from its header on.</param>
    /// <param name="serialNumber">PRODUCT SERIAL NUMBER without trailing spaces; <see langword="null"/> on failure.</param>
    /// <returns><see langword="false"/> if this is no whole header of page 80h.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, [NotNullWhen(true)] out string? serialNumber)
    {
        serialNumber = VpdPage.TryGetContent(source, VpdPageCode.UnitSerialNumber, out var content) ? Ascii.Read(content) : null;
        return serialNumber is not null;
    }
}
