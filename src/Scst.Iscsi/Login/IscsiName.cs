using System;
using System.Text;

namespace Scst.Iscsi.Login;

/// <summary>
/// iSCSI names: iqn., eui. and naa. (RFC 7143 4.2.7). ASCII letters are folded to lower case, which is what the iSCSI
/// stringprep profile (RFC 3722) does to them; other characters must arrive prepared, and compare as they are.
/// </summary>
internal static class IscsiName
{
    /// <summary>In bytes of UTF-8 (RFC 7143 4.2.7.1).</summary>
    public const int MaxLength = 223;

    private const int EuiDigits = 16;
    private const int ShortNaaDigits = 16;
    private const int LongNaaDigits = 32;

    /// <summary>Gives the folded name; false if it is no iSCSI name.</summary>
    public static bool TryNormalize(string text, out string name)
    {
        name = "";
        if (Encoding.UTF8.GetByteCount(text) > MaxLength)
            return false;
        var folded = Fold(text);
        foreach (var character in folded)
        {
            if (!IsAllowed(character))
                return false;
        }

        if (!IsQualifiedName(folded) && !IsDigits(folded, "eui.", EuiDigits, EuiDigits)
            && !IsDigits(folded, "naa.", ShortNaaDigits, LongNaaDigits))
            return false;
        name = folded;
        return true;
    }

    // Only ASCII: whether other letters are folded must not depend on the tables of the host.
    private static string Fold(string text) => string.Create(text.Length, text, static (target, source) =>
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
    });

    // RFC 3722 leaves letters, digits, dot, minus and colon of ASCII. The underscore is not among them, but names in use
    // have it, and nothing is gained by shutting those initiators out.
    private static bool IsAllowed(char character) => character >= 0x80
        ? !char.IsControl(character) && !char.IsWhiteSpace(character)
        : char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or ':' or '_';

    // "iqn." yyyy-mm "." reversed domain name [":" whatever its owner likes]
    private static bool IsQualifiedName(ReadOnlySpan<char> name)
    {
        const int domain = 12;
        if (name.Length <= domain || !name.StartsWith("iqn.", StringComparison.Ordinal))
            return false;
        return AreDigits(name.Slice(4, 4)) && name[8] == '-' && AreDigits(name.Slice(9, 2)) && name[11] == '.' && name[domain] != ':';
    }

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static bool IsDigits(ReadOnlySpan<char> name, string prefix, int length, int otherLength)
    {
        if (!name.StartsWith(prefix, StringComparison.Ordinal))
            return false;
        var digits = name[prefix.Length..];
        if (digits.Length != length && digits.Length != otherLength)
            return false;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit))
                return false;
        }

        return true;
    }
}
