using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst;

/// <summary>PERSISTENT RESERVE IN as a pure function (SPC-6, PERSISTENT RESERVE IN command).</summary>
internal static class PersistentReserveIn
{
    // TEST UNIT READY and the reading commands listed there are let through as the access rules have it.
    private const byte AllowCommands = 4;

    /// <summary>Makes the parameter data, whole: ALLOCATION LENGTH is for the caller.</summary>
    /// <param name="state">The state of the reservations.</param>
    /// <param name="canPersist">Whether there is a store, so that APTPL can be promised.</param>
    /// <param name="action">SERVICE ACTION.</param>
    /// <param name="data">The parameter data; empty on failure.</param>
    /// <param name="sense">
    /// INVALID FIELD IN CDB for a reserved service action; DATA PROTECT, PERSISTENT RESERVATION INFORMATION LOST.
    /// </param>
    internal static bool TryExecute(
        PersistentReservationState state, bool canPersist, PersistentReserveInServiceAction action, out byte[] data, out Sense sense)
    {
        sense = default;
        data = [];
        if (action > PersistentReserveInServiceAction.ReadFullStatus)
            sense = Sense.InvalidFieldInCdb(1, 4);
        else if (state.IsLost)
            sense = new Sense(SenseKey.DataProtect, AdditionalSense.PersistentReservationInformationLost);
        else
            data = Make(state, canPersist, action);
        return data.Length != 0;
    }

    private static byte[] Make(PersistentReservationState state, bool canPersist, PersistentReserveInServiceAction action)
    {
        switch (action)
        {
            case PersistentReserveInServiceAction.ReadKeys:
                ulong[] keys = [.. state.Registrations.Select(registration => registration.Key)];
                var keysData = new byte[ReadKeysData.GetLength(keys.Length)];
                ReadKeysData.Write(keysData, state.Generation, keys);
                return keysData;
            case PersistentReserveInServiceAction.ReadReservation:
                ReadReservationData reservation = ReservationOf(state);
                var reservationData = new byte[reservation.Length];
                reservation.WriteTo(reservationData);
                return reservationData;
            case PersistentReserveInServiceAction.ReportCapabilities:
                var capabilitiesData = new byte[PersistentReservationCapabilities.Length];
                CapabilitiesOf(state, canPersist).WriteTo(capabilitiesData);
                return capabilitiesData;
            default:
                List<FullStatusDescriptor> descriptors =
                    [.. state.Registrations.Select(registration => DescriptorOf(state, registration))];
                var statusData = new byte[ReadFullStatusData.GetLength(descriptors)];
                ReadFullStatusData.Write(statusData, state.Generation, descriptors);
                return statusData;
        }
    }

    private static ReadReservationData ReservationOf(PersistentReservationState state)
    {
        if (state.Reservation is not { } held)
            return new(state.Generation, null, 0);
        // Of all registrants none is the holder, so the key is zero.
        ulong key = held.Holder is { } holder ? state.KeyOf(holder).GetValueOrDefault() : 0;
        return new(state.Generation, held.Type, key);
    }

    private static PersistentReservationCapabilities CapabilitiesOf(PersistentReservationState state, bool canPersist) => new()
    {
        ReplaceLostReservationCapable = canPersist,
        CompatibleReservationHandling = true,
        SpecifyInitiatorPortsCapable = true,
        AllTargetPortsCapable = true,
        PersistThroughPowerLossCapable = canPersist,
        PersistThroughPowerLossActivated = state.Aptpl,
        AllowCommands = AllowCommands,
        TypeMask = PersistentReservationTypes.All,
    };

    private static FullStatusDescriptor DescriptorOf(PersistentReservationState state, PersistentRegistration registration) => new(
        registration.Key,
        registration.Nexus.RelativeTargetPort,
        registration.Nexus.InitiatorPort,
        state.IsHolder(registration.Nexus) ? state.Reservation?.Type : null);
}
