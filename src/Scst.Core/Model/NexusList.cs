using System.Collections;
using System.Collections.Generic;
using System.Threading;

namespace Scst;

/// <summary>
/// The I_T_L nexuses of a logical unit. Adding and removing one costs the same however many there are. Readers take no lock:
/// a nexus that was added before they began is found, one that is added or removed meanwhile may be.
/// </summary>
internal sealed class NexusList : IEnumerable<LunNexus>
{
    private readonly object _lock = new();
    private readonly Stack<int> _free = new();
    private LunNexus?[] _slots = [];
    private int _used;

    internal int Count
    {
        get
        {
            lock (_lock)
                return _used - _free.Count;
        }
    }

    IEnumerator<LunNexus> IEnumerable<LunNexus>.GetEnumerator()
    {
        foreach (LunNexus nexus in this)
            yield return nexus;
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<LunNexus>)this).GetEnumerator();

    /// <summary>Allocates nothing: every closing of a gate goes through here.</summary>
    public Enumerator GetEnumerator() => new(Volatile.Read(ref _slots));

    internal void Add(LunNexus nexus)
    {
        lock (_lock)
        {
            int slot = _free.Count > 0 ? _free.Pop() : _used++;
            if (slot == _slots.Length)
            {
                var grown = new LunNexus?[_slots.Length == 0 ? 4 : _slots.Length * 2];
                _slots.CopyTo(grown, 0);
                // First the nexus, then the table: a reader of either finds it or began before this call ended.
                grown[slot] = nexus;
                Volatile.Write(ref _slots, grown);
            }
            else
            {
                Volatile.Write(ref _slots[slot], nexus);
            }
            nexus.Slot = slot;
        }
    }

    /// <summary>Removes a nexus that may have been removed before.</summary>
    internal void Remove(LunNexus nexus)
    {
        lock (_lock)
        {
            if (nexus.Slot < 0)
                return;
            Volatile.Write(ref _slots[nexus.Slot], null);
            _free.Push(nexus.Slot);
            nexus.Slot = -1;
            if (_free.Count < _used)
                return;
            _free.Clear();
            _used = 0;
            Volatile.Write(ref _slots, []);
        }
    }

    internal struct Enumerator
    {
        private readonly LunNexus?[] _slots;
        private int _next;

        internal Enumerator(LunNexus?[] slots)
        {
            _slots = slots;
            _next = 0;
            Current = null!;
        }

        public LunNexus Current { get; private set; }

        public bool MoveNext()
        {
            while (_next < _slots.Length)
            {
                if (Volatile.Read(ref _slots[_next++]) is not { } nexus)
                    continue;
                Current = nexus;
                return true;
            }
            return false;
        }
    }
}
