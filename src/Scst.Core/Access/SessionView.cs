using System.Collections.Generic;
using System.Threading;

namespace Scst;

/// <summary>
/// What a session sees: a LUN map, and beside each of its lines the nexus, made on first use. The session swaps the whole when its
/// map changes; a command that has taken its nexus from a view looks afterwards whether it still is the session's.
/// </summary>
internal sealed class SessionView
{
    private readonly LunNexus?[] _nexuses;

    internal SessionView(LunMap map)
    {
        Map = map;
        _nexuses = new LunNexus?[map.Entries.Count];
    }

    internal LunMap Map { get; }

    /// <summary>The nexuses that were made; a snapshot is not needed, as none ever changes.</summary>
    internal IEnumerable<LunNexus> Nexuses
    {
        get
        {
            for (int i = 0; i < _nexuses.Length; i++)
            {
                if (this[i] is { } nexus)
                    yield return nexus;
            }
        }
    }

    /// <summary>The nexus of a line of the map; null before it is made.</summary>
    internal LunNexus? this[int index]
    {
        get => Volatile.Read(ref _nexuses[index]);
        set => Volatile.Write(ref _nexuses[index], value);
    }
}
