using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// What SPC-6 says of one service action of PERSISTENT RESERVE OUT in its tables: service action codes, allowed in the
/// presence of various reservations, and valid parameters.
/// </summary>
/// <param name="ServiceAction">SERVICE ACTION.</param>
/// <param name="FromRegistered">
/// Allowed from a registered I_T nexus while another holds the reservation; else RESERVATION CONFLICT.
/// </param>
/// <param name="FromUnregistered">Allowed from an I_T nexus that is not registered while another holds the reservation.</param>
/// <param name="SpecifyInitiatorPorts">SPEC_I_PT may be one.</param>
/// <param name="UsesAptpl">APTPL is valid, not ignored.</param>
internal sealed record PersistentReserveOutRule(
    PersistentReserveOutServiceAction ServiceAction,
    bool FromRegistered,
    bool FromUnregistered,
    bool SpecifyInitiatorPorts,
    bool UsesAptpl)
{
    /// <summary>All of them, in the order of their codes.</summary>
    internal static IReadOnlyList<PersistentReserveOutRule> All { get; } =
    [
        new(PersistentReserveOutServiceAction.Register, true, true, true, true),
        new(PersistentReserveOutServiceAction.Reserve, false, false, false, false),
        new(PersistentReserveOutServiceAction.Release, true, false, false, false),
        new(PersistentReserveOutServiceAction.Clear, true, false, false, false),
        new(PersistentReserveOutServiceAction.Preempt, true, false, false, false),
        new(PersistentReserveOutServiceAction.PreemptAndAbort, true, false, false, false),
        new(PersistentReserveOutServiceAction.RegisterAndIgnoreExistingKey, true, true, false, true),
        new(PersistentReserveOutServiceAction.RegisterAndMove, false, false, false, true),
        new(PersistentReserveOutServiceAction.ReplaceLostReservation, true, false, false, true),
    ];

    /// <summary>Finds the rule of a service action; <see langword="null"/> for a reserved one.</summary>
    internal static PersistentReserveOutRule? Find(PersistentReserveOutServiceAction action) =>
        (byte)action < All.Count ? All[(byte)action] : null;
}
