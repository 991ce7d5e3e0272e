using System;

namespace Scst.Protocol;

/// <summary>Supported VPD Pages, page 00h (SPC-6).</summary>
public static class SupportedVpdPages
{
    /// <summary>Writes the page.</summary>
    /// <param name="destination">At least four bytes and one per page code.</param>
    /// <param name="peripheral">PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE.</param>
    /// <param name="codes">The page codes, ascending, 00h among them.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The codes do not ascend from 00h.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, Peripheral peripheral, ReadOnlySpan<VpdPageCode> codes)
    {
        if (codes.IsEmpty || codes[0] != VpdPageCode.SupportedPages)
            throw new ArgumentException("The list begins with page 00h.", nameof(codes));
        var page = VpdPage.Begin(destination, peripheral, VpdPageCode.SupportedPages, VpdPage.HeaderLength + codes.Length);
        for (var index = 0; index < codes.Length; index++)
        {
            if (index != 0 && codes[index] <= codes[index - 1])
                throw new ArgumentException("The page codes do not ascend.", nameof(codes));
            page[VpdPage.HeaderLength + index] = (byte)codes[index];
        }
        return page.Length;
    }

    /// <summary>Reads the page; a truncated one as far as it goes.</summary>
    /// <param name="source">The page, from its header on.</param>
    /// <param name="codes">The page codes, one byte each.</param>
    /// <returns><see langword="false"/> if this is no whole header of page 00h.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadOnlySpan<byte> codes) =>
        VpdPage.TryGetContent(source, VpdPageCode.SupportedPages, out codes);
}
