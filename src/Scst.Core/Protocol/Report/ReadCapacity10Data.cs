using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>READ CAPACITY(10) parameter data (SBC-5).</summary>
public static class ReadCapacity10Data
{
    /// <summary>Bytes of the data.</summary>
    public const int Length = 8;

    /// <summary>Writes the data.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="lastLba">
    /// LBA of the last block. From FFFF_FFFFh on, RETURNED LOGICAL BLOCK ADDRESS is FFFF_FFFFh: ask READ CAPACITY(16).
    /// </param>
    /// <param name="blockLength">LOGICAL BLOCK LENGTH IN BYTES.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, ulong lastLba, uint blockLength)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination.Slice(4), blockLength);
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Math.Min(lastLba, uint.MaxValue));
        return Length;
    }

    /// <summary>Reads the data.</summary>
    /// <param name="source">The parameter data.</param>
    /// <param name="lastLba">RETURNED LOGICAL BLOCK ADDRESS; FFFF_FFFFh: READ CAPACITY(16) knows.</param>
    /// <param name="blockLength">LOGICAL BLOCK LENGTH IN BYTES.</param>
    /// <returns><see langword="false"/> if there are fewer than eight bytes.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out uint lastLba, out uint blockLength)
    {
        lastLba = 0;
        blockLength = 0;
        return BinaryPrimitives.TryReadUInt32BigEndian(source, out lastLba)
            && BinaryPrimitives.TryReadUInt32BigEndian(source.Slice(4), out blockLength);
    }
}
