using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>REPORT TIMESTAMP parameter data (SPC-6).</summary>
/// <param name="Origin">TIMESTAMP ORIGIN.</param>
/// <param name="Milliseconds">TIMESTAMP: milliseconds since the beginning of 1970 (UT), 48 bits.</param>
public readonly record struct TimestampData(TimestampOrigin Origin, ulong Milliseconds)
{
    /// <summary>Bytes of the data, and of a SET TIMESTAMP parameter list.</summary>
    public const int Length = 12;

    private const int TimestampOffset = 4;
    private const int TimestampWidth = 6;

    /// <summary>Writes the data.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination)
    {
        destination.Slice(0, Length).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination, Length - 2);
        destination[2] = (byte)Origin;
        BinaryPrimitives.WriteUInt16BigEndian(destination.Slice(TimestampOffset), (ushort)(Milliseconds >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(destination.Slice(TimestampOffset + 2), (uint)Milliseconds);
        return Length;
    }

    /// <summary>Reads the data.</summary>
    /// <param name="source">The parameter data.</param>
    /// <param name="data">What it says.</param>
    /// <returns><see langword="false"/> if it is not whole.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out TimestampData data)
    {
        data = default;
        if (source.Length < Length)
            return false;
        data = new((TimestampOrigin)(source[2] & 0x07), ReadTimestamp(source));
        return true;
    }

    /// <summary>Reads a SET TIMESTAMP parameter list.</summary>
    /// <param name="source">The parameter list.</param>
    /// <param name="milliseconds">TIMESTAMP.</param>
    /// <param name="sense">
    /// ILLEGAL REQUEST: PARAMETER LIST LENGTH ERROR if the list is not whole, INVALID FIELD IN PARAMETER LIST if the high order
    /// byte of TIMESTAMP is above F0h.
    /// </param>
    /// <returns>Whether it may take effect; then <paramref name="sense"/> says nothing.</returns>
    public static bool TryParseList(ReadOnlySpan<byte> source, out ulong milliseconds, out Sense sense)
    {
        milliseconds = 0;
        sense = default;
        if (source.Length < Length)
        {
            sense = Sense.IllegalRequest(AdditionalSense.ParameterListLengthError);
            return false;
        }
        if (source[TimestampOffset] > 0xF0)
        {
            sense = Sense.InvalidFieldInParameterList(TimestampOffset);
            return false;
        }
        milliseconds = ReadTimestamp(source);
        return true;
    }

    private static ulong ReadTimestamp(ReadOnlySpan<byte> source) => new CdbField(TimestampOffset, TimestampWidth).Read(source);
}
