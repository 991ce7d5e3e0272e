using System;
using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>A PERSISTENT RESERVE OUT command whose CDB and parameter list are well formed (SPC-6). Immutable.</summary>
internal sealed record PersistentReserveOutRequest
{
    /// <summary>SERVICE ACTION.</summary>
    internal required PersistentReserveOutServiceAction ServiceAction { get; init; }

    /// <summary>SCOPE as it came; most service actions do not look at it.</summary>
    internal PersistentReservationScope Scope { get; init; }

    /// <summary>TYPE as it came; most service actions do not look at it.</summary>
    internal PersistentReservationType Type { get; init; }

    /// <summary>RESERVATION KEY.</summary>
    internal ulong ReservationKey { get; init; }

    /// <summary>SERVICE ACTION RESERVATION KEY.</summary>
    internal ulong ServiceActionReservationKey { get; init; }

    /// <summary>SPEC_I_PT.</summary>
    internal bool SpecifyInitiatorPorts { get; init; }

    /// <summary>ALL_TG_PT.</summary>
    internal bool AllTargetPorts { get; init; }

    /// <summary>APTPL.</summary>
    internal bool Aptpl { get; init; }

    /// <summary>UNREG of REGISTER AND MOVE.</summary>
    internal bool Unregister { get; init; }

    /// <summary>RELATIVE TARGET PORT IDENTIFIER of REGISTER AND MOVE.</summary>
    internal ushort RelativeTargetPort { get; init; }

    /// <summary>
    /// The TransportIDs of SPEC_I_PT, or the one of REGISTER AND MOVE, each with its offset in the parameter list.
    /// </summary>
    internal IReadOnlyList<(TransportId TransportId, int Offset)> TransportIds { get; init; } = [];

    /// <summary>Reads a command.</summary>
    /// <param name="cdb">The CDB, whole.</param>
    /// <param name="list">The parameter list, as long as PARAMETER LIST LENGTH, or shorter if fewer bytes came.</param>
    /// <param name="request">The request; <see langword="null"/> on failure.</param>
    /// <param name="sense">
    /// INVALID FIELD IN CDB for a reserved service action; PARAMETER LIST LENGTH ERROR for a list of another length than its
    /// format has; INVALID FIELD IN PARAMETER LIST for a TransportID that is malformed or cut short.
    /// </param>
    internal static bool TryParse(
        PersistentReserveOutCdb cdb, ReadOnlySpan<byte> list, out PersistentReserveOutRequest? request, out Sense sense)
    {
        request = null;
        sense = default;
        if (PersistentReserveOutRule.Find(cdb.ServiceAction) is null)
            sense = Sense.InvalidFieldInCdb(1, 4);
        else if (cdb.ParameterListLength != (uint)list.Length || list.Length > PersistentReserveOutCdb.MaxParameterListLength)
            sense = Sense.IllegalRequest(AdditionalSense.ParameterListLengthError);
        else if (cdb.ServiceAction == PersistentReserveOutServiceAction.RegisterAndMove)
            request = ParseRegisterAndMove(cdb, list, out sense);
        else
            request = ParseBasic(cdb, list, out sense);
        return request is not null;
    }

    private static PersistentReserveOutRequest? ParseBasic(PersistentReserveOutCdb cdb, ReadOnlySpan<byte> list, out Sense sense)
    {
        if (!PersistentReserveOutParameterList.TryParse(list, out PersistentReserveOutParameterList parameters))
        {
            sense = Sense.IllegalRequest(AdditionalSense.ParameterListLengthError);
            return null;
        }
        // What a service action without SPEC_I_PT has behind the bit means nothing.
        bool hasTransportIds = cdb.ServiceAction == PersistentReserveOutServiceAction.Register;
        if (!TransportIdList.TryParse(hasTransportIds ? parameters.TransportIds : default, out var transportIds, out int offender))
        {
            sense = Sense.InvalidFieldInParameterList(PersistentReserveOutParameterList.TransportIdsOffset + offender);
            return null;
        }
        var placed = new (TransportId TransportId, int Offset)[transportIds.Count];
        for (int index = 0; index < placed.Length; index++)
            placed[index] = (
                transportIds[index].TransportId,
                PersistentReserveOutParameterList.TransportIdsOffset + transportIds[index].Offset);
        sense = default;
        return new()
        {
            ServiceAction = cdb.ServiceAction,
            Scope = cdb.Scope,
            Type = cdb.Type,
            ReservationKey = parameters.ReservationKey,
            ServiceActionReservationKey = parameters.ServiceActionReservationKey,
            SpecifyInitiatorPorts = parameters.SpecifyInitiatorPorts,
            AllTargetPorts = parameters.AllTargetPorts,
            Aptpl = parameters.ActivatePersistThroughPowerLoss,
            TransportIds = placed,
        };
    }

    private static PersistentReserveOutRequest? ParseRegisterAndMove(
        PersistentReserveOutCdb cdb, ReadOnlySpan<byte> list, out Sense sense)
    {
        if (!RegisterAndMoveParameterList.TryParse(list, out RegisterAndMoveParameterList parameters))
        {
            sense = Sense.IllegalRequest(AdditionalSense.ParameterListLengthError);
            return null;
        }
        ReadOnlySpan<byte> source = parameters.TransportId;
        if (!TransportId.TryParse(source, out TransportId? transportId, out int length) || length != source.Length)
        {
            sense = Sense.InvalidFieldInParameterList(RegisterAndMoveParameterList.TransportIdOffset);
            return null;
        }
        sense = default;
        return new()
        {
            ServiceAction = cdb.ServiceAction,
            Scope = cdb.Scope,
            Type = cdb.Type,
            ReservationKey = parameters.ReservationKey,
            ServiceActionReservationKey = parameters.ServiceActionReservationKey,
            Aptpl = parameters.ActivatePersistThroughPowerLoss,
            Unregister = parameters.Unregister,
            RelativeTargetPort = parameters.RelativeTargetPort,
            TransportIds = [(transportId, RegisterAndMoveParameterList.TransportIdOffset)],
        };
    }
}
