using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>Full status descriptor: one registered I_T nexus in the READ FULL STATUS data (SPC-6).</summary>
/// <param name="ReservationKey">RESERVATION KEY.</param>
/// <param name="RelativeTargetPort">RELATIVE TARGET PORT IDENTIFIER; means nothing with <see cref="AllTargetPorts"/>.</param>
/// <param name="TransportId">The initiator port.</param>
/// <param name="HolderType">TYPE for R_HOLDER one, or <see langword="null"/> for R_HOLDER zero.</param>
internal sealed record FullStatusDescriptor(
    ulong ReservationKey, ushort RelativeTargetPort, TransportId TransportId, PersistentReservationType? HolderType)
{
    private const int HeaderLength = 24;
    private const byte AllTgPt = 0x02;
    private const byte RHolder = 0x01;

    /// <summary>ALL_TG_PT: it describes the I_T nexuses with every target port.</summary>
    public bool AllTargetPorts { get; init; }

    /// <summary>Bytes of the descriptor.</summary>
    public int Length => HeaderLength + TransportId.Length;

    /// <summary>Writes the descriptor.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination)
    {
        var data = destination.Slice(0, Length);
        data.Slice(0, HeaderLength).Clear();
        BinaryPrimitives.WriteUInt64BigEndian(data, ReservationKey);
        data[12] = (byte)((AllTargetPorts ? AllTgPt : 0) | (HolderType.HasValue ? RHolder : 0));
        data[13] = (byte)((byte)HolderType.GetValueOrDefault() & 0x0F);
        BinaryPrimitives.WriteUInt16BigEndian(data.Slice(18), RelativeTargetPort);
        BinaryPrimitives.WriteUInt32BigEndian(data.Slice(20), (uint)TransportId.Length);
        TransportId.WriteTo(data.Slice(HeaderLength));
        return data.Length;
    }

    /// <summary>Reads a descriptor.</summary>
    /// <param name="source">Bytes that begin with it.</param>
    /// <param name="descriptor">The descriptor; <see langword="null"/> on failure.</param>
    /// <param name="length">Bytes that it took of <paramref name="source"/>; zero on failure.</param>
    /// <returns><see langword="false"/> if it is not whole or its TransportID is malformed.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, [NotNullWhen(true)] out FullStatusDescriptor? descriptor, out int length)
    {
        descriptor = null;
        length = 0;
        if (source.Length < HeaderLength)
            return false;
        var additional = BinaryPrimitives.ReadUInt32BigEndian(source.Slice(20));
        if (additional > (uint)(source.Length - HeaderLength)
            || !TransportId.TryParse(source.Slice(HeaderLength, (int)additional), out var transportId, out _))
        {
            return false;
        }
        descriptor = new(
            BinaryPrimitives.ReadUInt64BigEndian(source),
            BinaryPrimitives.ReadUInt16BigEndian(source.Slice(18)),
            transportId,
            (source[12] & RHolder) != 0 ? (PersistentReservationType)(source[13] & 0x0F) : null)
        {
            AllTargetPorts = (source[12] & AllTgPt) != 0,
        };
        length = HeaderLength + (int)additional;
        return true;
    }
}
