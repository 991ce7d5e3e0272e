using System;
using Scst.Protocol;

namespace Scst.Loopback;

/// <summary>How a command ended, as its initiator sees it.</summary>
public readonly record struct LoopbackResult
{
    /// <summary>The status (SAM-6 5.3); meaningful unless <see cref="NoResponse"/>.</summary>
    public ScsiStatus Status { get; init; }

    /// <summary>Sense data as it travelled, fixed or descriptor format; empty without CHECK CONDITION.</summary>
    public ReadOnlyMemory<byte> SenseData { get; init; }

    /// <summary>How many bytes of data-in came, from the start of the initiator's memory.</summary>
    public int DataInLength { get; init; }

    /// <summary>How what was transferred differs from what the initiator expected.</summary>
    public ResidualKind ResidualKind { get; init; }

    /// <summary>By how many bytes it differs.</summary>
    public uint ResidualCount { get; init; }

    /// <summary>
    /// Whether the command ended without a response: it was aborted, its session ended, or its response was dropped. No
    /// other property means anything then.
    /// </summary>
    public bool NoResponse { get; init; }

    /// <summary>What the sense data says; null if there is none.</summary>
    public Sense? Sense => Protocol.Sense.TryParse(SenseData.Span, out Sense sense) ? sense : null;
}
