using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>Header of a mode page, page_0 format or sub_page format (SPC-6).</summary>
/// <param name="Code">PAGE CODE, 0 to 3Fh.</param>
/// <param name="Subpage">SUBPAGE CODE; zero in page_0 format.</param>
/// <param name="HeaderLength">Bytes of the header: 2 in page_0 format, 4 in sub_page format (SPF bit).</param>
/// <param name="PageLength">PAGE LENGTH: bytes after the header.</param>
/// <param name="Savable">PS bit: MODE SELECT can save the page. Reserved in MODE SELECT parameter data.</param>
public readonly record struct ModePageHeader(byte Code, byte Subpage, int HeaderLength, int PageLength, bool Savable)
{
    /// <summary>Bytes of the page, header included.</summary>
    public int Length => HeaderLength + PageLength;

    /// <summary>Reads a header.</summary>
    /// <param name="source">The page, perhaps with others behind it; it need not be whole.</param>
    /// <param name="header">What it says. Whether the page itself is whole, the caller compares.</param>
    /// <returns>
    /// <see langword="false"/> if the header is not whole; in MODE SELECT that is PARAMETER LIST LENGTH ERROR.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out ModePageHeader header)
    {
        header = default;
        if (source.Length < 2)
            return false;
        var code = (byte)(source[0] & 0x3F);
        var savable = (source[0] & 0x80) != 0;
        if ((source[0] & 0x40) == 0)
        {
            header = new(code, 0, 2, source[1], savable);
            return true;
        }
        if (source.Length < 4)
            return false;
        header = new(code, source[1], 4, BinaryPrimitives.ReadUInt16BigEndian(source.Slice(2)), savable);
        return true;
    }
}
