using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// A record in a file: a header of text lines, an empty line, and the content as it is.
/// <code>
/// scst-state 1
/// name NAME             with %xx for all bytes but a-z, 0-9, dot, hyphen and underscore
/// revision REVISION     decimal, 1 or more
/// length LENGTH         of the content, decimal
/// crc32c CHECKSUM       of all lines above and the content, 8 digits
/// </code>
/// </summary>
internal static class StateFileFormat
{
    /// <summary>The longest content.</summary>
    internal const int MaxContentLength = 16 << 20;

    /// <summary>The longest file: the longest content with room for any header.</summary>
    internal const int MaxFileLength = MaxContentLength + MaxHeaderLength;

    private const int MaxHeaderLength = 1 << 16;
    private const int MaxEscapedInFileName = 180;
    private const string FirstLine = "scst-state 1";

    // A name that is no text would share its replacement characters with others.
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// The file of a record. Two names never have the same file, also where file names do not differ in case; long names are
    /// hashed.
    /// </summary>
    /// <exception cref="ArgumentException">The name is no well-formed UTF-16.</exception>
    internal static string FileNameOf(string name)
    {
        string escaped = Escape(name);
        return escaped.Length <= MaxEscapedInFileName ? $"n-{escaped}.state" : $"h-{HexText.Of(Hash(escaped))}.state";
    }

    /// <summary>Makes the bytes of a file.</summary>
    internal static byte[] Write(string name, long revision, ReadOnlySpan<byte> content)
    {
        byte[] header = HeaderOf(name, revision, content);
        var file = new byte[header.Length + content.Length];
        header.CopyTo(file, 0);
        content.CopyTo(file.AsSpan(header.Length));
        return file;
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <returns><see langword="false"/> unless they are exactly what <see cref="Write"/> makes of this name.</returns>
    internal static bool TryRead(byte[] file, string name, out long revision, out ReadOnlyMemory<byte> content)
    {
        revision = 0;
        content = default;
        ReadOnlySpan<byte> end = "\n\n"u8;
        int headerLength = file.AsSpan().IndexOf(end) + end.Length;
        if (headerLength < end.Length || headerLength > MaxHeaderLength)
            return false;
        string[] lines = Encoding.ASCII.GetString(file, 0, headerLength).Split('\n');
        string[] words = lines.Length > 2 ? lines[2].Split(' ') : [];
        if (words.Length != 2 || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out revision) || revision < 1)
            return false;
        content = file.AsMemory(headerLength);
        // All the header but the revision is known beforehand, so there is only one header that is right.
        return file.AsSpan(0, headerLength).SequenceEqual(HeaderOf(name, revision, content.Span));
    }

    private static byte[] HeaderOf(string name, long revision, ReadOnlySpan<byte> content)
    {
        byte[] above = Encoding.ASCII.GetBytes(
            FormattableString.Invariant($"{FirstLine}\nname {Escape(name)}\nrevision {revision}\nlength {content.Length}\n"));
        uint checksum = Crc32C.Compute(content, Crc32C.Compute(above));
        byte[] last = Encoding.ASCII.GetBytes(FormattableString.Invariant($"crc32c {checksum:x8}\n\n"));
        return [.. above, .. last];
    }

    private static string Escape(string name)
    {
        var escaped = new StringBuilder();
        foreach (byte octet in _strict.GetBytes(name))
        {
            if (octet is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'-' or (byte)'_')
                escaped.Append((char)octet);
            else
                escaped.Append('%').Append(octet.ToString("x2", CultureInfo.InvariantCulture));
        }
        return escaped.ToString();
    }

    private static byte[] Hash(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
#if NET
        return SHA256.HashData(bytes);
#else
        using var sha = SHA256.Create();
        return sha.ComputeHash(bytes);
#endif
    }
}
