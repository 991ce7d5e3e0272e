using System.Collections.Generic;
using System.Linq;

namespace Scst;

/// <summary>
/// An access control group (ACG): rules for initiators, and the LUN map that the initiators they match get.
/// </summary>
public sealed record AccessControlGroup
{
    /// <summary>The group's name, for logs.</summary>
    public string Name { get; init; } = "default";

    /// <summary>
    /// Rules in the order in which they are tried; a string is a pattern for the name (<see cref="InitiatorRule.FromString"/>).
    /// Of all groups of a target, in order, the first rule that matches wins.
    /// </summary>
    public IReadOnlyList<InitiatorRule> Initiators { get; init; } = [];

    /// <summary>The LUN map. No number may occur twice.</summary>
    public IReadOnlyList<LunMapping> Luns { get; init; } = [];

    /// <summary>A group that maps the given logical units to LUN 0, 1, 2 and so on.</summary>
    /// <param name="logicalUnits">The logical units in LUN order.</param>
    public static AccessControlGroup Of(params IEnumerable<LogicalUnit> logicalUnits) =>
        new() { Luns = [.. logicalUnits.Select((logicalUnit, number) => new LunMapping(number, logicalUnit))] };
}
