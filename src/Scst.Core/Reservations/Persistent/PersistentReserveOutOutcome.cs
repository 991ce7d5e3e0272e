using System;
using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// What a PERSISTENT RESERVE OUT command comes to. The order of what is to be done is: store <see cref="Record"/>, publish
/// <see cref="State"/>, establish the unit attentions, abort, answer.
/// </summary>
internal sealed class PersistentReserveOutOutcome
{
    /// <summary>The state from now on: the same object as before if nothing changes.</summary>
    internal required PersistentReservationState State { get; init; }

    /// <summary>GOOD, RESERVATION CONFLICT or CHECK CONDITION.</summary>
    internal ScsiStatus Status { get; init; }

    /// <summary>Sense data with CHECK CONDITION.</summary>
    internal Sense Sense { get; init; }

    /// <summary>Unit attention conditions to establish, at most one for a nexus, none for the one that the command came on.</summary>
    internal IReadOnlyList<(NexusId Nexus, AdditionalSense Condition)> UnitAttentions { get; init; } = [];

    /// <summary>
    /// The nexuses whose commands are to be aborted. The one that the command came on may be among them; the command itself
    /// is spared.
    /// </summary>
    internal IReadOnlyList<NexusId> Aborts { get; init; } = [];

    /// <summary>
    /// What to store before anybody learns of the change; empty: a record that says there is none.
    /// <see langword="null"/>: nothing.
    /// </summary>
    internal ReadOnlyMemory<byte>? Record { get; init; }
}
