using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>A log parameter (SPC-6, log parameter format).</summary>
/// <param name="Code">PARAMETER CODE.</param>
/// <param name="Format">FORMAT AND LINKING, in the parameter control byte.</param>
/// <param name="Value">PARAMETER VALUE, at most 255 bytes.</param>
public readonly record struct LogParameter(ushort Code, LogParameterFormat Format, ReadOnlyMemory<byte> Value)
{
    /// <summary>Bytes before the value.</summary>
    public const int HeaderLength = 4;

    private const byte FormatMask = 0x03;

    /// <summary>Bytes of the parameter.</summary>
    public int Length => HeaderLength + Value.Length;

    /// <summary>Writes the parameter; DU and TSD are zero.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="OverflowException">The value has more than 255 bytes.</exception>
    public int WriteTo(Span<byte> destination)
    {
        Span<byte> parameter = destination.Slice(0, Length);
        BinaryPrimitives.WriteUInt16BigEndian(parameter, Code);
        parameter[2] = (byte)Format;
        parameter[3] = checked((byte)Value.Length);
        Value.Span.CopyTo(parameter.Slice(HeaderLength));
        return Length;
    }

    /// <summary>Reads a parameter. Its value is copied.</summary>
    /// <param name="source">The parameter, perhaps with others behind it.</param>
    /// <param name="parameter">What it says.</param>
    /// <returns><see langword="false"/> if it is not whole.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out LogParameter parameter)
    {
        parameter = default;
        if (source.Length < HeaderLength || source.Length < HeaderLength + source[3])
            return false;
        parameter = new(
            BinaryPrimitives.ReadUInt16BigEndian(source),
            (LogParameterFormat)(source[2] & FormatMask),
            source.Slice(HeaderLength, source[3]).ToArray());
        return true;
    }
}
