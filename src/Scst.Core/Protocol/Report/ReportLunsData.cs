using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>REPORT LUNS parameter data (SPC-6).</summary>
public static class ReportLunsData
{
    /// <summary>Bytes before the first LUN.</summary>
    public const int HeaderLength = 8;

    /// <summary>Most LUNs that LIST LENGTH, 32 bits, and a span can hold.</summary>
    public const int MaxCount = (int.MaxValue - HeaderLength) / Lun.Length;

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    /// <param name="count">How many LUNs, 0 to <see cref="MaxCount"/>.</param>
    /// <returns>The length, header included.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is out of range.</exception>
    public static int GetLength(int count) => count is >= 0 and <= MaxCount
        ? HeaderLength + count * Lun.Length
        : throw new ArgumentOutOfRangeException(nameof(count));

    /// <summary>Writes the header for a list whose LUNs the caller writes itself, one after the other.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="count">How many LUNs the whole list has, 0 to <see cref="MaxCount"/>.</param>
    /// <returns><see cref="HeaderLength"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="destination"/> is too short or <paramref name="count"/> out of range.
    /// </exception>
    public static int WriteHeader(Span<byte> destination, int count)
    {
        var listLength = (uint)(GetLength(count) - HeaderLength);
        BinaryPrimitives.WriteUInt64BigEndian(destination, (ulong)listLength << 32);
        return HeaderLength;
    }

    /// <summary>Writes the list.</summary>
    /// <param name="destination">At least <see cref="GetLength"/> bytes.</param>
    /// <param name="luns">The LUNs, in the order to write them.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, ReadOnlySpan<Lun> luns)
    {
        var list = destination.Slice(0, GetLength(luns.Length)).Slice(WriteHeader(destination, luns.Length));
        for (var index = 0; index < luns.Length; index++)
            luns[index].WriteTo(list.Slice(index * Lun.Length));
        return HeaderLength + list.Length;
    }

    /// <summary>Reads the list; of a truncated one, the LUNs that are whole.</summary>
    /// <param name="source">The parameter data.</param>
    /// <param name="luns">The LUNs; <see langword="null"/> on failure.</param>
    /// <returns><see langword="false"/> if the header is not whole.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, [NotNullWhen(true)] out Lun[]? luns)
    {
        luns = null;
        if (source.Length < HeaderLength)
            return false;
        var claimed = BinaryPrimitives.ReadUInt32BigEndian(source);
        var list = source.Slice(HeaderLength);
        // What is there decides, not what is claimed.
        luns = new Lun[Math.Min(claimed, (uint)list.Length) / Lun.Length];
        for (var index = 0; index < luns.Length; index++)
            luns[index] = Lun.ReadFrom(list.Slice(index * Lun.Length));
        return true;
    }
}
