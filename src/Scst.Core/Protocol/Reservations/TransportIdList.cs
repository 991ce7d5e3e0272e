using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>TransportIDs one behind the other, as SPEC_I_PT has them (SPC-6).</summary>
internal static class TransportIdList
{
    /// <summary>Bytes of a list.</summary>
    /// <param name="transportIds">The TransportIDs.</param>
    /// <returns>The length.</returns>
    public static int GetLength(IReadOnlyList<TransportId> transportIds)
    {
        var length = 0;
        for (var index = 0; index < transportIds.Count; index++)
            length += transportIds[index].Length;
        return length;
    }

    /// <summary>Writes a list.</summary>
    /// <param name="destination">At least <see cref="GetLength"/> bytes.</param>
    /// <param name="transportIds">The TransportIDs.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, IReadOnlyList<TransportId> transportIds)
    {
        var written = 0;
        for (var index = 0; index < transportIds.Count; index++)
            written += transportIds[index].WriteTo(destination.Slice(written));
        return written;
    }

    /// <summary>Reads a whole list.</summary>
    /// <param name="source">The list; the last TransportID ends where it ends.</param>
    /// <param name="transportIds">Each TransportID and its offset in the list; <see langword="null"/> on failure.</param>
    /// <param name="offender">On failure the offset of the TransportID that is malformed or cut short.</param>
    /// <returns><see langword="false"/> if one is malformed or cut short.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> source,
        [NotNullWhen(true)] out IReadOnlyList<(TransportId TransportId, int Offset)>? transportIds,
        out int offender)
    {
        var found = new List<(TransportId, int)>();
        transportIds = null;
        offender = 0;
        while (offender < source.Length)
        {
            if (!TransportId.TryParse(source.Slice(offender), out var transportId, out var length))
                return false;
            found.Add((transportId, offender));
            offender += length;
        }
        transportIds = found;
        return true;
    }
}
