using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>PERSISTENT RESERVE IN parameter data for READ RESERVATION (SPC-6).</summary>
/// <param name="Generation">PRGENERATION.</param>
/// <param name="Type">TYPE, or <see langword="null"/> if there is no persistent reservation.</param>
/// <param name="ReservationKey">The holder's key; zero for an all registrants type or if there is no persistent reservation.</param>
internal readonly record struct ReadReservationData(uint Generation, PersistentReservationType? Type, ulong ReservationKey)
{
    /// <summary>Bytes without a persistent reservation.</summary>
    public const int HeaderLength = 8;

    /// <summary>Bytes with a persistent reservation.</summary>
    public const int MaxLength = HeaderLength + DescriptorLength;

    private const int DescriptorLength = 0x10;
    private const int ScopeAndTypeOffset = 21;

    /// <summary>SCOPE; LU_SCOPE without a persistent reservation.</summary>
    public PersistentReservationScope Scope { get; init; }

    /// <summary>Bytes that <see cref="WriteTo"/> writes.</summary>
    public int Length => Type.HasValue ? MaxLength : HeaderLength;

    /// <summary>Writes the data.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination)
    {
        var data = destination.Slice(0, Length);
        data.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(data, Generation);
        if (Type is { } type)
        {
            BinaryPrimitives.WriteUInt32BigEndian(data.Slice(4), DescriptorLength);
            BinaryPrimitives.WriteUInt64BigEndian(data.Slice(8), ReservationKey);
            data[ScopeAndTypeOffset] = (byte)((byte)Scope << 4 | (byte)type & 0x0F);
        }
        return data.Length;
    }

    /// <summary>Reads the data.</summary>
    /// <param name="source">The parameter data.</param>
    /// <param name="data">What it says.</param>
    /// <returns><see langword="false"/> if the header or the persistent reservation it announces is not whole.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadReservationData data)
    {
        data = default;
        if (source.Length < HeaderLength)
            return false;
        var generation = BinaryPrimitives.ReadUInt32BigEndian(source);
        var claimed = BinaryPrimitives.ReadUInt32BigEndian(source.Slice(4));
        if (claimed == 0)
        {
            data = new(generation, null, 0);
            return true;
        }
        if (claimed < DescriptorLength || source.Length < MaxLength)
            return false;
        var scopeAndType = source[ScopeAndTypeOffset];
        data = new(generation, (PersistentReservationType)(scopeAndType & 0x0F), BinaryPrimitives.ReadUInt64BigEndian(source.Slice(8)))
        {
            Scope = (PersistentReservationScope)(scopeAndType >> 4),
        };
        return true;
    }
}
