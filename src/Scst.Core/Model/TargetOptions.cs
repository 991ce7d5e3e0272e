using System.Collections.Generic;

namespace Scst;

/// <summary>Who may see what through a target.</summary>
public sealed record TargetOptions
{
    /// <summary>
    /// Access control groups in the order in which their patterns are tried; the first pattern that matches an
    /// initiator decides.
    /// </summary>
    public IReadOnlyList<AccessControlGroup> Groups { get; init; } = [];

    /// <summary>The group of every initiator that no pattern matches. By default it maps no LUN.</summary>
    public AccessControlGroup DefaultGroup { get; init; } = new();

    /// <summary>The relative target port identifier (SPC-6 VPD 83h), 1 to 65535; null for the next free one.</summary>
    public ushort? RelativeTargetPort { get; init; }
}
