using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>PERSISTENT RESERVE IN parameter data for READ FULL STATUS (SPC-6).</summary>
internal static class ReadFullStatusData
{
    /// <summary>Bytes before the first descriptor: PRGENERATION and ADDITIONAL LENGTH.</summary>
    public const int HeaderLength = 8;

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    /// <param name="descriptors">The descriptors.</param>
    /// <returns>The length, header included.</returns>
    /// <exception cref="OverflowException">More than a span can hold.</exception>
    public static int GetLength(IReadOnlyList<FullStatusDescriptor> descriptors)
    {
        var length = HeaderLength;
        for (var index = 0; index < descriptors.Count; index++)
            length = checked(length + descriptors[index].Length);
        return length;
    }

    /// <summary>Writes the data.</summary>
    /// <param name="destination">At least <see cref="GetLength"/> bytes.</param>
    /// <param name="generation">PRGENERATION.</param>
    /// <param name="descriptors">One for every registered I_T nexus.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, uint generation, IReadOnlyList<FullStatusDescriptor> descriptors)
    {
        var data = destination.Slice(0, GetLength(descriptors));
        BinaryPrimitives.WriteUInt32BigEndian(data, generation);
        BinaryPrimitives.WriteUInt32BigEndian(data.Slice(4), (uint)(data.Length - HeaderLength));
        var rest = data.Slice(HeaderLength);
        for (var index = 0; index < descriptors.Count; index++)
            rest = rest.Slice(descriptors[index].WriteTo(rest));
        return data.Length;
    }

    /// <summary>Reads the data; of truncated data, the descriptors that are whole.</summary>
    /// <param name="source">The parameter data.</param>
    /// <param name="generation">PRGENERATION.</param>
    /// <param name="descriptors">The descriptors; <see langword="null"/> on failure.</param>
    /// <returns><see langword="false"/> if the header is not whole.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> source, out uint generation, [NotNullWhen(true)] out IReadOnlyList<FullStatusDescriptor>? descriptors)
    {
        generation = 0;
        descriptors = null;
        if (source.Length < HeaderLength)
            return false;
        generation = BinaryPrimitives.ReadUInt32BigEndian(source);
        var claimed = BinaryPrimitives.ReadUInt32BigEndian(source.Slice(4));
        var rest = source.Slice(HeaderLength);
        rest = rest.Slice(0, (int)Math.Min(claimed, (uint)rest.Length));
        var found = new List<FullStatusDescriptor>();
        while (FullStatusDescriptor.TryParse(rest, out var descriptor, out var length))
        {
            found.Add(descriptor);
            rest = rest.Slice(length);
        }
        descriptors = found;
        return true;
    }
}
