using Scst.Protocol;

namespace Scst;

/// <summary>The persistent reservation of a logical unit. Its scope is always the logical unit.</summary>
/// <param name="Type">TYPE.</param>
/// <param name="Holder">The holder; <see langword="null"/> for the all registrants types, where every registrant is one.</param>
internal readonly record struct PersistentReservation(PersistentReservationType Type, NexusId? Holder)
{
    /// <summary>What a nexus makes of a type.</summary>
    internal static PersistentReservation Of(PersistentReservationType type, NexusId nexus) =>
        new(type, type.IsAllRegistrants() ? null : nexus);
}
