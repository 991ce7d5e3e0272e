using System.Collections.Generic;
using System.Linq;

namespace Scst;

/// <summary>An immutable, validated snapshot of who sees what through a target.</summary>
internal sealed class AccessTable
{
    private readonly (AccessControlGroup Group, LunMap Map)[] _groups;
    private readonly (AccessControlGroup Group, LunMap Map) _default;

    private AccessTable(TargetOptions options)
    {
        Options = options;
        _groups = [.. options.Groups.Select(Map)];
        _default = Map(options.DefaultGroup);
    }

    /// <summary>What the table was made from.</summary>
    internal TargetOptions Options { get; }

    /// <summary>Validates the whole and builds the table.</summary>
    /// <exception cref="AccessRefusedException">Something is wrong; the exception says all of it.</exception>
    internal static AccessTable Create(TargetOptions options, ScsiEngine engine, ushort relativeTargetPort)
    {
        options = Copy(options);
        var reasons = new List<string>();
        if (options.RelativeTargetPort is { } port && port != relativeTargetPort)
            reasons.Add($"The relative target port is {relativeTargetPort} and cannot become {port}.");
        Validate(options, engine, reasons);
        return reasons.Count == 0 ? new AccessTable(options) : throw new AccessRefusedException(reasons);
    }

    /// <summary>A copy that nobody can change through a list that they have kept.</summary>
    private static TargetOptions Copy(TargetOptions options) => options with
    {
        Groups = [.. options.Groups.Select(Copy)],
        DefaultGroup = Copy(options.DefaultGroup),
    };

    /// <summary>Says what is wrong.</summary>
    private static void Validate(TargetOptions options, ScsiEngine engine, List<string> reasons)
    {
        foreach (AccessControlGroup? group in options.Groups.Append(options.DefaultGroup))
        {
            if (group is null)
                reasons.Add("A group is null.");
            else
                Validate(group, engine, reasons);
        }
    }

    /// <summary>The group of an initiator, and its LUN map.</summary>
    internal (AccessControlGroup Group, LunMap Map) Select(InitiatorIdentity initiator)
    {
        foreach ((AccessControlGroup group, LunMap map) in _groups)
        {
            foreach (InitiatorRule rule in group.Initiators)
            {
                if (rule.IsMatch(initiator))
                    return (group, map);
            }
        }
        return _default;
    }

    /// <summary>Whether any group maps a logical unit.</summary>
    internal bool Shows(LogicalUnit logicalUnit) =>
        _groups.Append(_default).Any(group => group.Map.Entries.Any(entry => entry.LogicalUnit == logicalUnit));

    private static AccessControlGroup Copy(AccessControlGroup? group) =>
        group is null ? null! : group with { Initiators = [.. group.Initiators], Luns = [.. group.Luns] };

    private static (AccessControlGroup Group, LunMap Map) Map(AccessControlGroup group) => (group, new LunMap(group.Luns));

    private static void Validate(AccessControlGroup group, ScsiEngine engine, List<string> reasons)
    {
        foreach (InitiatorRule? rule in group.Initiators)
        {
            if (rule is null)
                reasons.Add($"A rule of group '{group.Name}' is null.");
            else if (string.IsNullOrEmpty(rule.Name) || rule.Portal?.Length == 0 || rule.AuthenticatedName?.Length == 0)
                reasons.Add($"The rule '{rule}' of group '{group.Name}' has an empty pattern, which matches nothing.");
        }
        if (group.Luns.Any(entry => entry is null))
            reasons.Add($"A LUN of group '{group.Name}' is null.");
        else
            LunMap.Validate(group, engine, reasons);
    }
}
