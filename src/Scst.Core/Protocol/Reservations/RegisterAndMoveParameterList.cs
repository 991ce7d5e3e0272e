using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>The parameter list of PERSISTENT RESERVE OUT with the service action REGISTER AND MOVE (SPC-6).</summary>
internal readonly ref struct RegisterAndMoveParameterList
{
    /// <summary>Offset of the TransportID.</summary>
    public const int TransportIdOffset = 24;

    private const int FlagsOffset = 17;
    private const byte Unreg = 0x02;
    private const byte AptplBit = 0x01;

    private readonly ReadOnlySpan<byte> _list;

    private RegisterAndMoveParameterList(ReadOnlySpan<byte> list) => _list = list;

    /// <summary>RESERVATION KEY.</summary>
    public ulong ReservationKey => BinaryPrimitives.ReadUInt64BigEndian(_list);

    /// <summary>SERVICE ACTION RESERVATION KEY.</summary>
    public ulong ServiceActionReservationKey => BinaryPrimitives.ReadUInt64BigEndian(_list.Slice(8));

    /// <summary>UNREG bit: the I_T nexus that the command came on is to be unregistered.</summary>
    public bool Unregister => (_list[FlagsOffset] & Unreg) != 0;

    /// <summary>APTPL bit: activate persist through power loss.</summary>
    public bool ActivatePersistThroughPowerLoss => (_list[FlagsOffset] & AptplBit) != 0;

    /// <summary>RELATIVE TARGET PORT IDENTIFIER of the I_T nexus that gets the persistent reservation.</summary>
    public ushort RelativeTargetPort => BinaryPrimitives.ReadUInt16BigEndian(_list.Slice(18));

    /// <summary>The TransportID, as long as TRANSPORTID LENGTH says.</summary>
    public ReadOnlySpan<byte> TransportId =>
        _list.Slice(TransportIdOffset, (int)BinaryPrimitives.ReadUInt32BigEndian(_list.Slice(20)));

    /// <summary>Looks at a list. Bytes beyond TRANSPORTID LENGTH are not looked at.</summary>
    /// <param name="list">The parameter list, as long as PARAMETER LIST LENGTH.</param>
    /// <param name="parameters">What it says; not to be looked at on failure.</param>
    /// <returns>
    /// <see langword="false"/> if the list is shorter than its own lengths say: PARAMETER LIST LENGTH ERROR.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> list, out RegisterAndMoveParameterList parameters)
    {
        parameters = new(list);
        return list.Length >= TransportIdOffset
            && BinaryPrimitives.ReadUInt32BigEndian(list.Slice(20)) <= (uint)(list.Length - TransportIdOffset);
    }

    /// <summary>Writes a list.</summary>
    /// <param name="destination">At least 24 bytes and the TransportID.</param>
    /// <param name="reservationKey">RESERVATION KEY.</param>
    /// <param name="serviceActionReservationKey">SERVICE ACTION RESERVATION KEY.</param>
    /// <param name="unregister">UNREG.</param>
    /// <param name="aptpl">APTPL.</param>
    /// <param name="relativeTargetPort">RELATIVE TARGET PORT IDENTIFIER.</param>
    /// <param name="transportId">The TransportID.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int Write(
        Span<byte> destination,
        ulong reservationKey,
        ulong serviceActionReservationKey,
        bool unregister,
        bool aptpl,
        ushort relativeTargetPort,
        TransportId transportId)
    {
        var list = destination.Slice(0, TransportIdOffset + transportId.Length);
        list.Slice(0, TransportIdOffset).Clear();
        BinaryPrimitives.WriteUInt64BigEndian(list, reservationKey);
        BinaryPrimitives.WriteUInt64BigEndian(list.Slice(8), serviceActionReservationKey);
        list[FlagsOffset] = (byte)((unregister ? Unreg : 0) | (aptpl ? AptplBit : 0));
        BinaryPrimitives.WriteUInt16BigEndian(list.Slice(18), relativeTargetPort);
        BinaryPrimitives.WriteUInt32BigEndian(list.Slice(20), (uint)transportId.Length);
        transportId.WriteTo(list.Slice(TransportIdOffset));
        return list.Length;
    }
}
