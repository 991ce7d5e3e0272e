using System;

namespace Scst.Protocol;

/// <summary>Left-aligned ASCII data fields (SPC-6, ASCII data field requirements): graphic codes 20h to 7Eh only.</summary>
internal static class Ascii
{
    private const char First = ' ';
    private const char Last = '~';

    public static string Check(string value, int highestLength, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        if (value.Length > highestLength)
            throw new ArgumentException($"At most {highestLength} characters fit.", name);
        foreach (var character in value)
        {
            if (character is < First or > Last)
                throw new ArgumentException("Only the graphic codes 20h to 7Eh of ASCII are allowed.", name);
        }
        return value;
    }

    /// <summary>Writes a checked text and fills the rest with spaces.</summary>
    public static void Write(Span<byte> destination, string value)
    {
        destination.Fill((byte)First);
        for (var index = 0; index < value.Length; index++)
            destination[index] = (byte)value[index];
    }

    /// <summary>
    /// Reads a field without its trailing spaces and zeros; any other byte that is no graphic code becomes a question mark.
    /// </summary>
    public static string Read(ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty && source[source.Length - 1] is 0 or (byte)First)
            source = source.Slice(0, source.Length - 1);
        var characters = new char[source.Length];
        for (var index = 0; index < characters.Length; index++)
            characters[index] = source[index] is >= (byte)First and <= (byte)Last ? (char)source[index] : '?';
        return new string(characters);
    }
}
