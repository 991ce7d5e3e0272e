using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>A diagnostic page of SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS (SPC-6, diagnostic page format).</summary>
public readonly ref struct DiagnosticPage
{
    /// <summary>PAGE CODE 00h: Supported Diagnostic Pages.</summary>
    public const byte SupportedPages = 0x00;

    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 4;

    private readonly ReadOnlySpan<byte> _page;

    private DiagnosticPage(ReadOnlySpan<byte> page) => _page = page;

    /// <summary>PAGE CODE.</summary>
    public byte Code => _page[0];

    /// <summary>The parameters after the header.</summary>
    public ReadOnlySpan<byte> Parameters => _page.Slice(HeaderLength, BinaryPrimitives.ReadUInt16BigEndian(_page.Slice(2)));

    /// <summary>Looks at a page.</summary>
    /// <param name="source">One page.</param>
    /// <param name="page">What it says.</param>
    /// <returns><see langword="false"/> if it is not whole, or something comes after it.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out DiagnosticPage page)
    {
        page = new(source);
        return source.Length >= HeaderLength
            && source.Length == HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(source.Slice(2));
    }

    /// <summary>Writes a page.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes and the parameters.</param>
    /// <param name="code">PAGE CODE.</param>
    /// <param name="parameters">What comes after the header; for <see cref="SupportedPages"/> the page codes, ascending.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, byte code, ReadOnlySpan<byte> parameters)
    {
        Span<byte> page = destination.Slice(0, HeaderLength + parameters.Length);
        page[0] = code;
        page[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(page.Slice(2), checked((ushort)parameters.Length));
        parameters.CopyTo(page.Slice(HeaderLength));
        return page.Length;
    }
}
