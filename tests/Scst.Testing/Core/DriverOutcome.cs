using Scst.Protocol;

namespace Scst.Testing;

/// <summary>How a command ended, as the initiator of a <see cref="TargetDriverContract"/> saw it.</summary>
public sealed record DriverOutcome
{
    /// <summary>Whether the command ended without a response: it was aborted, or the connection broke.</summary>
    public bool NoResponse { get; init; }

    /// <summary>The status.</summary>
    public ScsiStatus Status { get; init; }

    /// <summary>The sense data that came with the status.</summary>
    public byte[] SenseData { get; init; } = [];

    /// <summary>The data that came.</summary>
    public byte[] DataIn { get; init; } = [];

    /// <summary>The residual that was stated.</summary>
    public ResidualKind ResidualKind { get; init; }

    /// <summary>How many bytes it states.</summary>
    public uint ResidualCount { get; init; }

    /// <summary>What the sense data says; null if there is none.</summary>
    public Sense? Sense => Protocol.Sense.TryParse(SenseData, out Sense sense) ? sense : null;
}
