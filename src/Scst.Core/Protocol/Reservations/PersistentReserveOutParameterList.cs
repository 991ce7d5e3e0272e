using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Scst.Protocol;

/// <summary>
/// The basic PERSISTENT RESERVE OUT parameter list, of all service actions but REGISTER AND MOVE (SPC-6): 24 bytes, and with
/// SPEC_I_PT a list of TransportIDs behind them.
/// </summary>
internal readonly ref struct PersistentReserveOutParameterList
{
    /// <summary>Bytes of the list without additional parameter data.</summary>
    public const int Length = 24;

    /// <summary>Offset of the first TransportID, behind TRANSPORTID PARAMETER DATA LENGTH.</summary>
    public const int TransportIdsOffset = Length + 4;

    private const int FlagsOffset = 20;
    private const byte SpecIPt = 0x08;
    private const byte AllTgPt = 0x04;
    private const byte AptplBit = 0x01;

    private readonly ReadOnlySpan<byte> _list;

    private PersistentReserveOutParameterList(ReadOnlySpan<byte> list) => _list = list;

    /// <summary>RESERVATION KEY.</summary>
    public ulong ReservationKey => BinaryPrimitives.ReadUInt64BigEndian(_list);

    /// <summary>SERVICE ACTION RESERVATION KEY.</summary>
    public ulong ServiceActionReservationKey => BinaryPrimitives.ReadUInt64BigEndian(_list.Slice(8));

    /// <summary>SPEC_I_PT bit: the list goes on with TransportIDs.</summary>
    public bool SpecifyInitiatorPorts => (_list[FlagsOffset] & SpecIPt) != 0;

    /// <summary>ALL_TG_PT bit: for every target port, not just the one that the command came through.</summary>
    public bool AllTargetPorts => (_list[FlagsOffset] & AllTgPt) != 0;

    /// <summary>APTPL bit: activate persist through power loss.</summary>
    public bool ActivatePersistThroughPowerLoss => (_list[FlagsOffset] & AptplBit) != 0;

    /// <summary>The TransportIDs, as long as TRANSPORTID PARAMETER DATA LENGTH says; empty without SPEC_I_PT.</summary>
    public ReadOnlySpan<byte> TransportIds => SpecifyInitiatorPorts
        ? _list.Slice(TransportIdsOffset, (int)BinaryPrimitives.ReadUInt32BigEndian(_list.Slice(Length)))
        : default;

    /// <summary>
    /// Looks at a list. Without SPEC_I_PT it has exactly 24 bytes; with SPEC_I_PT at least as many as it says. Bytes beyond
    /// are not looked at.
    /// </summary>
    /// <param name="list">The parameter list, as long as PARAMETER LIST LENGTH.</param>
    /// <param name="parameters">What it says; not to be looked at on failure.</param>
    /// <returns><see langword="false"/> for another length: PARAMETER LIST LENGTH ERROR.</returns>
    public static bool TryParse(ReadOnlySpan<byte> list, out PersistentReserveOutParameterList parameters)
    {
        parameters = new(list);
        if (list.Length < Length)
            return false;
        if (!parameters.SpecifyInitiatorPorts)
            return list.Length == Length;
        return list.Length >= TransportIdsOffset
            && BinaryPrimitives.ReadUInt32BigEndian(list.Slice(Length)) <= (uint)(list.Length - TransportIdsOffset);
    }

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    /// <param name="transportIds">The TransportIDs for SPEC_I_PT one, or <see langword="null"/> for zero.</param>
    /// <returns>The length.</returns>
    public static int GetLength(IReadOnlyList<TransportId>? transportIds) =>
        transportIds is null ? Length : TransportIdsOffset + TransportIdList.GetLength(transportIds);

    /// <summary>Writes a list.</summary>
    /// <param name="destination">At least <see cref="GetLength"/> bytes.</param>
    /// <param name="reservationKey">RESERVATION KEY.</param>
    /// <param name="serviceActionReservationKey">SERVICE ACTION RESERVATION KEY.</param>
    /// <param name="allTargetPorts">ALL_TG_PT.</param>
    /// <param name="aptpl">APTPL.</param>
    /// <param name="transportIds">The TransportIDs for SPEC_I_PT one, or <see langword="null"/> for zero.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int Write(
        Span<byte> destination,
        ulong reservationKey,
        ulong serviceActionReservationKey,
        bool allTargetPorts,
        bool aptpl,
        IReadOnlyList<TransportId>? transportIds = null)
    {
        var list = destination.Slice(0, GetLength(transportIds));
        list.Slice(0, Length).Clear();
        BinaryPrimitives.WriteUInt64BigEndian(list, reservationKey);
        BinaryPrimitives.WriteUInt64BigEndian(list.Slice(8), serviceActionReservationKey);
        list[FlagsOffset] = (byte)((transportIds is null ? 0 : SpecIPt) | (allTargetPorts ? AllTgPt : 0) | (aptpl ? AptplBit : 0));
        if (transportIds is not null)
        {
            BinaryPrimitives.WriteUInt32BigEndian(list.Slice(Length), (uint)(list.Length - TransportIdsOffset));
            TransportIdList.Write(list.Slice(TransportIdsOffset), transportIds);
        }
        return list.Length;
    }
}
