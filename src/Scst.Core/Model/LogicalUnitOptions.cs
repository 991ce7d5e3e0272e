namespace Scst;

/// <summary>How a logical unit is set up.</summary>
public sealed record LogicalUnitOptions
{
    /// <summary>Who it is; null for <see cref="LogicalUnitIdentity.FromName"/> of its name.</summary>
    public LogicalUnitIdentity? Identity { get; init; }

    /// <summary>How many commands one I_T nexus may have here at once, 1 to 65535; more end in TASK SET FULL.</summary>
    public int QueueDepth { get; init; } = 128;
}
