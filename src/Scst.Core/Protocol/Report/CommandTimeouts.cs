using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>A command timeouts descriptor of REPORT SUPPORTED OPERATION CODES (SPC-6).</summary>
/// <param name="NominalSeconds">NOMINAL COMMAND PROCESSING TIMEOUT in seconds; zero says nothing.</param>
/// <param name="RecommendedSeconds">RECOMMENDED COMMAND TIMEOUT in seconds; zero says nothing.</param>
/// <param name="CommandSpecific">COMMAND SPECIFIC; zero for most commands.</param>
public readonly record struct CommandTimeouts(uint NominalSeconds, uint RecommendedSeconds, byte CommandSpecific = 0)
{
    /// <summary>Bytes of the descriptor.</summary>
    public const int Length = 12;

    /// <summary>Writes the descriptor.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination)
    {
        var descriptor = destination.Slice(0, Length);
        BinaryPrimitives.WriteUInt16BigEndian(descriptor, Length - 2);
        descriptor[2] = 0;
        descriptor[3] = CommandSpecific;
        BinaryPrimitives.WriteUInt32BigEndian(descriptor.Slice(4), NominalSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(descriptor.Slice(8), RecommendedSeconds);
        return Length;
    }

    /// <summary>Reads a descriptor.</summary>
    /// <param name="source">The descriptor, perhaps with more behind it.</param>
    /// <param name="timeouts">What it says.</param>
    /// <returns><see langword="false"/> if it is not whole or its DESCRIPTOR LENGTH is not 000Ah.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out CommandTimeouts timeouts)
    {
        timeouts = default;
        if (source.Length < Length || BinaryPrimitives.ReadUInt16BigEndian(source) != Length - 2)
            return false;
        timeouts = new(
            BinaryPrimitives.ReadUInt32BigEndian(source.Slice(4)), BinaryPrimitives.ReadUInt32BigEndian(source.Slice(8)), source[3]);
        return true;
    }
}
