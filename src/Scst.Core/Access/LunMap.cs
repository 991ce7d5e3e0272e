using System;
using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst;

/// <summary>An immutable, validated LUN map. Small numbers are found in an array, others in a dictionary.</summary>
internal sealed class LunMap
{
    private const int DirectNumbers = 256;

    private readonly LunMapping[] _entries;
    private readonly int[] _direct;
    private readonly Dictionary<int, int> _others = [];

    internal LunMap(IEnumerable<LunMapping> entries)
    {
        _entries = [.. entries.OrderBy(entry => entry.Number)];
        int direct = _entries.Length == 0 ? 0 : Math.Min(DirectNumbers, _entries[_entries.Length - 1].Number + 1);
        _direct = new int[direct];
        for (int i = 0; i < direct; i++)
            _direct[i] = -1;
        for (int i = 0; i < _entries.Length; i++)
        {
            if (_entries[i].Number < direct)
                _direct[_entries[i].Number] = i;
            else
                _others.Add(_entries[i].Number, i);
        }
    }

    internal IReadOnlyList<LunMapping> Entries => _entries;

    /// <summary>Says what is wrong with a group's map.</summary>
    internal static void Validate(AccessControlGroup group, ScsiEngine engine, List<string> reasons)
    {
        var seen = new HashSet<int>();
        foreach (LunMapping entry in group.Luns)
        {
            string lun = $"LUN {entry.Number} of group '{group.Name}'";
            if (entry.Number is < 0 or > 16383)
                reasons.Add($"{lun} is not in 0 to 16383.");
            if (!seen.Add(entry.Number))
                reasons.Add($"{lun} occurs twice.");
            if (entry.LogicalUnit is null)
                reasons.Add($"{lun} names no logical unit.");
            else if (entry.LogicalUnit.Engine != engine)
                reasons.Add($"{lun} is of another engine.");
        }
    }

    /// <summary>Whether both have the same lines.</summary>
    internal bool IsSameAs(LunMap other) => this == other || _entries.AsSpan().SequenceEqual(other._entries);

    /// <summary>The index of a LUN's entry, or -1.</summary>
    internal int IndexOf(Lun lun) => lun.TryGetNumber(out int number) ? IndexOf(number) : -1;

    /// <summary>The index of a number's entry, or -1.</summary>
    internal int IndexOf(int number)
    {
        if ((uint)number < (uint)_direct.Length)
            return _direct[number];
        return _others.TryGetValue(number, out int index) ? index : -1;
    }
}
