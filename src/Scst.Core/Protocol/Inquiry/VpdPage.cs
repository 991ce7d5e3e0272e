using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>The four-byte header that every vital product data page begins with (SPC-6, vital product data parameters).</summary>
public static class VpdPage
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 4;

    /// <summary>Writes the header of a page.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="peripheral">PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE.</param>
    /// <param name="code">PAGE CODE.</param>
    /// <param name="pageLength">PAGE LENGTH: bytes after the header, 0 to 65535.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="destination"/> is too short or <paramref name="pageLength"/> out of range.
    /// </exception>
    public static void WriteHeader(Span<byte> destination, Peripheral peripheral, VpdPageCode code, int pageLength)
    {
        if ((uint)pageLength > ushort.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(pageLength));
        BinaryPrimitives.WriteUInt16BigEndian(destination.Slice(2, 2), (ushort)pageLength);
        destination[0] = peripheral.ToByte();
        destination[1] = (byte)code;
    }

    /// <summary>Reads the header of a page of any code and finds the page's own bytes.</summary>
    /// <param name="source">The page, from its header on; it may be truncated.</param>
    /// <param name="peripheral">PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE.</param>
    /// <param name="code">PAGE CODE.</param>
    /// <param name="content">The bytes after the header, as many as PAGE LENGTH claims and <paramref name="source"/> has.</param>
    /// <returns><see langword="false"/> if there is no whole header.</returns>
    public static bool TryReadHeader(
        ReadOnlySpan<byte> source, out Peripheral peripheral, out VpdPageCode code, out ReadOnlySpan<byte> content)
    {
        if (source.Length < HeaderLength)
        {
            peripheral = default;
            code = default;
            content = default;
            return false;
        }
        peripheral = Peripheral.FromByte(source[0]);
        code = (VpdPageCode)source[1];
        content = source.Slice(HeaderLength);
        content = content.Slice(0, Math.Min(content.Length, BinaryPrimitives.ReadUInt16BigEndian(source.Slice(2))));
        return true;
    }

    internal static bool TryGetContent(ReadOnlySpan<byte> source, VpdPageCode expected, out ReadOnlySpan<byte> content) =>
        TryReadHeader(source, out _, out var code, out content) && code == expected;

    /// <summary>Clears and heads a page of fixed length and gives the whole of it.</summary>
    internal static Span<byte> Begin(Span<byte> destination, Peripheral peripheral, VpdPageCode code, int length)
    {
        var page = destination.Slice(0, length);
        page.Clear();
        WriteHeader(page, peripheral, code, length - HeaderLength);
        return page;
    }
}
