using System;
using System.Collections.Generic;
using System.Linq;

namespace Scst;

/// <summary>
/// Who may see what through a target. Immutable: the editing methods return a changed copy, for
/// <see cref="Target.ChangeAccess"/>, and refuse what makes no sense with <see cref="AccessRefusedException"/>. They find
/// groups, the default one too, by name; a name that several groups have names none of them.
/// </summary>
public sealed record TargetOptions
{
    /// <summary>
    /// Access control groups in the order in which their rules are tried; the first rule that matches an initiator decides.
    /// </summary>
    public IReadOnlyList<AccessControlGroup> Groups { get; init; } = [];

    /// <summary>The group of every initiator that no rule matches. By default it maps no LUN.</summary>
    public AccessControlGroup DefaultGroup { get; init; } = new();

    /// <summary>The relative target port identifier (SPC-6 VPD 83h), 1 to 65535; null for the next free one.</summary>
    public ushort? RelativeTargetPort { get; init; }

    /// <summary>Adds a group.</summary>
    /// <param name="group">The group; no other has its name.</param>
    /// <param name="position">Before which of the groups its rules are tried, from 0; null: after all.</param>
    /// <exception cref="ArgumentNullException"><paramref name="group"/> is null.</exception>
    /// <exception cref="AccessRefusedException">There is a group of that name, or no such position.</exception>
    public TargetOptions AddGroup(AccessControlGroup group, int? position = null)
    {
        ArgumentNullException.ThrowIfNull(group);
        Demand(!Groups.Append(DefaultGroup).Any(other => other.Name == group.Name), $"There is a group '{group.Name}' already.");
        return this with { Groups = Insert(Groups, group, position) };
    }

    /// <summary>Removes a group; its initiators get what the rules of the others say.</summary>
    /// <param name="name">The group's name; not the default group's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="AccessRefusedException">There is no group of that name, or more than one, or it is the default group.</exception>
    public TargetOptions RemoveGroup(string name)
    {
        AccessControlGroup group = Find(name);
        Demand(!ReferenceEquals(group, DefaultGroup), $"'{name}' is the default group, which is always there.");
        return this with { Groups = [.. Groups.Where(other => !ReferenceEquals(other, group))] };
    }

    /// <summary>Adds a rule to a group.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="position">Before which of its rules it is tried, from 0; null: after all.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rule"/> is null.</exception>
    /// <exception cref="AccessRefusedException">There is no such group, it has the rule already, or there is no such position.</exception>
    public TargetOptions AddInitiator(string group, InitiatorRule rule, int? position = null)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return Edit(group, edited =>
        {
            Demand(!edited.Initiators.Contains(rule), $"Group '{group}' has the rule '{rule}' already.");
            return edited with { Initiators = Insert(edited.Initiators, rule, position) };
        });
    }

    /// <summary>Removes a rule from a group.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="rule">A rule of it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rule"/> is null.</exception>
    /// <exception cref="AccessRefusedException">There is no such group, or it does not have the rule.</exception>
    public TargetOptions RemoveInitiator(string group, InitiatorRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return Edit(group, edited =>
        {
            Demand(edited.Initiators.Contains(rule), $"Group '{group}' has no rule '{rule}'.");
            return edited with { Initiators = [.. edited.Initiators.Where(other => other != rule)] };
        });
    }

    /// <summary>Moves a rule from one group to the end of another one, at once.</summary>
    /// <param name="rule">A rule of the first group.</param>
    /// <param name="from">The name of the group that has it.</param>
    /// <param name="to">The name of the group that gets it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rule"/> is null.</exception>
    /// <exception cref="AccessRefusedException">There is no such group, the first does not have the rule, or the second has it already.</exception>
    public TargetOptions MoveInitiator(InitiatorRule rule, string from, string to) =>
        RemoveInitiator(from, rule).AddInitiator(to, rule);

    /// <summary>Adds a LUN to a group's map.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="mapping">The line of the map; its number is not in use.</param>
    /// <exception cref="ArgumentNullException"><paramref name="mapping"/> is null.</exception>
    /// <exception cref="AccessRefusedException">There is no such group, or the number is in use.</exception>
    public TargetOptions AddLun(string group, LunMapping mapping)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        return Edit(group, edited =>
        {
            Demand(!edited.Luns.Any(other => other.Number == mapping.Number), $"Group '{group}' has a LUN {mapping.Number} already.");
            return edited with { Luns = [.. edited.Luns, mapping] };
        });
    }

    /// <summary>Puts another line in the place of a LUN: another logical unit, or the same one read-only or writable.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="mapping">The line of the map; its number is in use.</param>
    /// <exception cref="ArgumentNullException"><paramref name="mapping"/> is null.</exception>
    /// <exception cref="AccessRefusedException">There is no such group, or the number is not in use.</exception>
    public TargetOptions ReplaceLun(string group, LunMapping mapping)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        return RemoveLun(group, mapping.Number).AddLun(group, mapping);
    }

    /// <summary>Removes a LUN from a group's map.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="number">The LUN.</param>
    /// <exception cref="ArgumentNullException"><paramref name="group"/> is null.</exception>
    /// <exception cref="AccessRefusedException">There is no such group, or the number is not in use.</exception>
    public TargetOptions RemoveLun(string group, int number) => Edit(group, edited =>
    {
        Demand(edited.Luns.Any(other => other.Number == number), $"Group '{group}' has no LUN {number}.");
        return edited with { Luns = [.. edited.Luns.Where(other => other.Number != number)] };
    });

    private static List<T> Insert<T>(IReadOnlyList<T> list, T item, int? position)
    {
        Demand(position is null || (position >= 0 && position <= list.Count), $"There is no position {position} among {list.Count}.");
        var inserted = new List<T>(list);
        inserted.Insert(position ?? list.Count, item);
        return inserted;
    }

    private static void Demand(bool condition, string reason)
    {
        if (!condition)
            throw new AccessRefusedException([reason]);
    }

    private AccessControlGroup Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        AccessControlGroup[] found = [.. Groups.Append(DefaultGroup).Where(group => group.Name == name)];
        Demand(found.Length > 0, $"There is no group '{name}'.");
        Demand(found.Length == 1, $"{found.Length} groups have the name '{name}'.");
        return found[0];
    }

    private TargetOptions Edit(string name, Func<AccessControlGroup, AccessControlGroup> edit)
    {
        AccessControlGroup group = Find(name);
        AccessControlGroup edited = edit(group);
        return ReferenceEquals(group, DefaultGroup)
            ? this with { DefaultGroup = edited }
            : this with { Groups = [.. Groups.Select(other => ReferenceEquals(other, group) ? edited : other)] };
    }
}
