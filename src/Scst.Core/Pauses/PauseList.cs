using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Scst;

/// <summary>The pauses that are not over, as immutable snapshots.</summary>
internal sealed class PauseList
{
    private readonly object _lock = new();
    private Pause[] _pauses = [];

    internal IReadOnlyList<Pause> Current => Volatile.Read(ref _pauses);

    internal void Add(Pause pause)
    {
        lock (_lock)
            Volatile.Write(ref _pauses, [.. _pauses, pause]);
    }

    internal void Remove(Pause pause)
    {
        lock (_lock)
            Volatile.Write(ref _pauses, [.. _pauses.Where(other => other != pause)]);
    }
}
