using System.Collections.Generic;
using System.Linq;

namespace Scst;

/// <summary>
/// An access control group (ACG): initiator name patterns, and the LUN map that the initiators they match get.
/// </summary>
public sealed record AccessControlGroup
{
    /// <summary>The group's name, for logs.</summary>
    public string Name { get; init; } = "default";

    /// <summary>
    /// Patterns (<see cref="InitiatorPattern"/>) in the order in which they are tried. Of all groups of a target, in
    /// order, the first matching pattern wins.
    /// </summary>
    public IReadOnlyList<string> Initiators { get; init; } = [];

    /// <summary>The LUN map. No number may occur twice.</summary>
    public IReadOnlyList<LunMapping> Luns { get; init; } = [];

    /// <summary>A group that maps the given logical units to LUN 0, 1, 2 and so on.</summary>
    /// <param name="logicalUnits">The logical units in LUN order.</param>
    public static AccessControlGroup Of(params IEnumerable<LogicalUnit> logicalUnits) =>
        new() { Luns = [.. logicalUnits.Select((logicalUnit, number) => new LunMapping(number, logicalUnit))] };
}
