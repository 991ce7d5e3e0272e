using System;

namespace Scst;

/// <summary>
/// Optional ability of an <see cref="IDevHandler"/>: vital product data pages of its own (SPC-6, e.g. B0h to B2h for
/// block devices). The core answers 00h, 80h, 83h and 86h itself.
/// </summary>
public interface IVpdPageSource
{
    /// <summary>The handler's page codes in ascending order.</summary>
    ReadOnlySpan<byte> VpdPageCodes { get; }

    /// <summary>Writes one page with its four-byte header.</summary>
    /// <param name="pageCode">One of <see cref="VpdPageCodes"/>.</param>
    /// <param name="destination">At least 512 bytes, cleared.</param>
    /// <returns>The length of the whole page in bytes.</returns>
    int WriteVpdPage(byte pageCode, Span<byte> destination);
}
