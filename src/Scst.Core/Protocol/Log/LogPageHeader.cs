using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>Header of a log page (SPC-6).</summary>
/// <param name="Page">PAGE CODE and SUBPAGE CODE.</param>
/// <param name="PageLength">PAGE LENGTH: bytes after the header.</param>
/// <param name="DisableSave">DS bit: the log parameters are not saved.</param>
public readonly record struct LogPageHeader(LogPageCode Page, int PageLength, bool DisableSave)
{
    /// <summary>Bytes of a header.</summary>
    public const int Length = 4;

    private const byte DisableSaveBit = 0x80;
    private const byte SubpageFormatBit = 0x40;
    private const byte PageCodeMask = 0x3F;

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="OverflowException"><see cref="PageLength"/> is more than 65535.</exception>
    public int WriteTo(Span<byte> destination)
    {
        Span<byte> header = destination.Slice(0, Length);
        header[0] = (byte)((Page.Page & PageCodeMask) | (DisableSave ? DisableSaveBit : 0) | (Page.Subpage != 0 ? SubpageFormatBit : 0));
        header[1] = Page.Subpage;
        BinaryPrimitives.WriteUInt16BigEndian(header.Slice(2), checked((ushort)PageLength));
        return Length;
    }

    /// <summary>Reads a header.</summary>
    /// <param name="source">The page, perhaps with others behind it; it need not be whole.</param>
    /// <param name="header">What it says. Whether the page itself is whole, the caller compares.</param>
    /// <returns><see langword="false"/> if the header is not whole.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out LogPageHeader header)
    {
        header = default;
        if (source.Length < Length)
            return false;
        byte subpage = (source[0] & SubpageFormatBit) != 0 ? source[1] : (byte)0;
        header = new(
            new((byte)(source[0] & PageCodeMask), subpage),
            BinaryPrimitives.ReadUInt16BigEndian(source.Slice(2)),
            (source[0] & DisableSaveBit) != 0);
        return true;
    }
}
