using System;
using System.Globalization;

namespace Scst.Iscsi.Protocol;

/// <summary>Numerical values: a decimal or hexadecimal constant below 2^64 (RFC 7143 6.1).</summary>
internal static class TextNumber
{
    public static bool TryParse(ReadOnlySpan<char> text, out ulong value)
    {
        value = 0;
        if (text.Length > 2 && text[0] == '0' && text[1] is 'x' or 'X')
        {
            // NumberStyles.AllowHexSpecifier alone takes neither sign nor white space.
            return ulong.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        }

        // A decimal constant is 0 or begins with another digit.
        if (text.IsEmpty || (text[0] == '0' && text.Length > 1))
            return false;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
