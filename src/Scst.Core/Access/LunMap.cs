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

    private LunMap(IEnumerable<LunMapping> entries)
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

    /// <summary>Validates and builds a map.</summary>
    /// <exception cref="ArgumentException">A number is out of range or occurs twice.</exception>
    internal static LunMap Create(AccessControlGroup group, ScsiEngine engine)
    {
        var seen = new HashSet<int>();
        foreach (LunMapping entry in group.Luns)
        {
            if (entry.Number is < 0 or > 16383)
                throw new ArgumentException($"LUN {entry.Number} of group '{group.Name}' is not in 0 to 16383.", nameof(group));
            if (!seen.Add(entry.Number))
                throw new ArgumentException($"LUN {entry.Number} occurs twice in group '{group.Name}'.", nameof(group));
            if (entry.LogicalUnit.Engine != engine)
                throw new ArgumentException($"LUN {entry.Number} of group '{group.Name}' is of another engine.", nameof(group));
        }
        return new LunMap(group.Luns);
    }

    /// <summary>The index of a LUN's entry, or -1.</summary>
    internal int IndexOf(Lun lun)
    {
        if (!lun.TryGetNumber(out int number))
            return -1;
        if ((uint)number < (uint)_direct.Length)
            return _direct[number];
        return _others.TryGetValue(number, out int index) ? index : -1;
    }
}
