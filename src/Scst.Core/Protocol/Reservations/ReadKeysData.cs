using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>PERSISTENT RESERVE IN parameter data for READ KEYS (SPC-6).</summary>
internal static class ReadKeysData
{
    /// <summary>Bytes before the first key: PRGENERATION and ADDITIONAL LENGTH.</summary>
    public const int HeaderLength = 8;

    private const int KeyLength = 8;

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    /// <param name="count">How many keys.</param>
    /// <returns>The length, header included.</returns>
    /// <exception cref="OverflowException">More keys than a span can hold.</exception>
    public static int GetLength(int count) => checked(HeaderLength + count * KeyLength);

    /// <summary>Writes the data.</summary>
    /// <param name="destination">At least <see cref="GetLength"/> bytes.</param>
    /// <param name="generation">PRGENERATION.</param>
    /// <param name="keys">The key of every registration; keys that several have, several times.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, uint generation, IReadOnlyList<ulong> keys)
    {
        var data = destination.Slice(0, GetLength(keys.Count));
        BinaryPrimitives.WriteUInt32BigEndian(data, generation);
        BinaryPrimitives.WriteUInt32BigEndian(data.Slice(4), (uint)(data.Length - HeaderLength));
        for (var index = 0; index < keys.Count; index++)
            BinaryPrimitives.WriteUInt64BigEndian(data.Slice(HeaderLength + index * KeyLength), keys[index]);
        return data.Length;
    }

    /// <summary>Reads the data; of truncated data, the keys that are whole.</summary>
    /// <param name="source">The parameter data.</param>
    /// <param name="generation">PRGENERATION.</param>
    /// <param name="keys">The keys; <see langword="null"/> on failure.</param>
    /// <returns><see langword="false"/> if the header is not whole.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out uint generation, [NotNullWhen(true)] out ulong[]? keys)
    {
        generation = 0;
        keys = null;
        if (source.Length < HeaderLength)
            return false;
        generation = BinaryPrimitives.ReadUInt32BigEndian(source);
        var claimed = BinaryPrimitives.ReadUInt32BigEndian(source.Slice(4));
        var list = source.Slice(HeaderLength);
        // What is there decides, not what is claimed.
        keys = new ulong[Math.Min(claimed, (uint)list.Length) / KeyLength];
        for (var index = 0; index < keys.Length; index++)
            keys[index] = BinaryPrimitives.ReadUInt64BigEndian(list.Slice(index * KeyLength));
        return true;
    }
}
