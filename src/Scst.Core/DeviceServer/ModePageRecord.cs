using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// The record of saved mode pages (SPC-6, MODE SELECT with SP one): lines of ASCII text, with a version first and a CRC32C of
/// all before it last.
/// </summary>
/// <remarks>
/// <code>
/// mode-pages 1
/// page BYTES            for each: header and values in hexadecimal
/// crc32c CHECKSUM       8 digits
/// </code>
/// </remarks>
internal static class ModePageRecord
{
    private const string FirstLine = "mode-pages 1\n";
    private const string Page = "page ";

    internal static byte[] Write(IEnumerable<byte[]> pages)
    {
        var text = new StringBuilder(FirstLine);
        foreach (byte[] page in pages)
            text.Append(Page).Append(HexText.Of(page)).Append('\n');
        uint checksum = Crc32C.Compute(Encoding.ASCII.GetBytes(text.ToString()));
        text.Append("crc32c ").Append(checksum.ToString("x8", CultureInfo.InvariantCulture)).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <returns><see langword="false"/> unless it is exactly what <see cref="Write"/> makes of these pages.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> record, out List<byte[]> pages)
    {
        pages = [];
        foreach (string line in Encoding.ASCII.GetString(record.ToArray()).Split('\n'))
        {
            if (!line.StartsWith(Page, StringComparison.Ordinal))
                continue;
            if (!HexText.TryRead(Encoding.ASCII.GetBytes(line.Substring(Page.Length)), out byte[] page))
                return false;
            pages.Add(page);
        }
        return record.SequenceEqual(Write(pages));
    }
}
