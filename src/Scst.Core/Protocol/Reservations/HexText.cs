using System;

namespace Scst.Protocol;

/// <summary>Bytes as pairs of hexadecimal digits, which netstandard2.0 has no call for.</summary>
internal static class HexText
{
    /// <summary>Bytes as lower case digits.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var digits = new char[bytes.Length * 2];
        for (var index = 0; index < bytes.Length; index++)
        {
            digits[index * 2] = Digit(bytes[index] >> 4);
            digits[index * 2 + 1] = Digit(bytes[index] & 0x0F);
        }
        return new string(digits);
    }

    /// <summary>Reads pairs of digits of either case.</summary>
    /// <returns><see langword="false"/> for an odd number of them, or another character.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 2 != 0)
            return false;
        var result = new byte[text.Length / 2];
        for (var index = 0; index < result.Length; index++)
        {
            if (!TryReadDigit(text[index * 2], out var high) || !TryReadDigit(text[index * 2 + 1], out var low))
                return false;
            result[index] = (byte)(high << 4 | low);
        }
        bytes = result;
        return true;
    }

    /// <summary>Reads one digit of either case.</summary>
    public static bool TryReadDigit(byte character, out byte value)
    {
        var digit = character switch
        {
            >= (byte)'0' and <= (byte)'9' => character - '0',
            >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => character - 'A' + 10,
            _ => -1,
        };
        value = (byte)digit;
        return digit >= 0;
    }

    private static char Digit(int value) => (char)(value < 10 ? '0' + value : 'a' + value - 10);
}
