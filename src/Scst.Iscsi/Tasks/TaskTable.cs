using System.Numerics;

namespace Scst.Iscsi.Tasks;

/// <summary>
/// The tasks of a session by Initiator Task Tag: open addressing, so that adding and removing allocate nothing once the
/// table is as large as the session's queue. Not thread-safe.
/// </summary>
internal sealed class TaskTable
{
    private const int SmallestCapacity = 16;

    private IscsiTask?[] _slots = new IscsiTask?[SmallestCapacity];
    private int _shift = 32 - BitOperations.Log2(SmallestCapacity);

    public int Count { get; private set; }

    public IscsiTask? Find(uint initiatorTaskTag)
    {
        var slots = _slots;
        for (var i = Home(initiatorTaskTag); ; i = (i + 1) & (slots.Length - 1))
        {
            var task = slots[i];
            if (task is null || task.InitiatorTaskTag == initiatorTaskTag)
                return task;
        }
    }

    /// <summary>False, with nothing changed, if the tag is in use.</summary>
    public bool TryAdd(IscsiTask task)
    {
        if (Count >= _slots.Length / 2)
            Grow();
        ref var slot = ref FreeSlot(task.InitiatorTaskTag);
        if (slot is not null)
            return false;
        slot = task;
        Count++;
        return true;
    }

    /// <summary>Removes this very task; another one with its tag stays.</summary>
    public void Remove(IscsiTask task)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        var hole = Home(task.InitiatorTaskTag);
        while (slots[hole] != task)
        {
            if (slots[hole] is null)
                return;
            hole = (hole + 1) & mask;
        }

        Count--;
        // Whatever was pushed behind the hole by a collision moves up, so that no search ends too early.
        for (var i = (hole + 1) & mask; slots[i] is { } follower; i = (i + 1) & mask)
        {
            var home = Home(follower.InitiatorTaskTag);
            if (((i - home) & mask) < ((i - hole) & mask))
                continue;
            slots[hole] = follower;
            hole = i;
        }

        slots[hole] = null;
    }

    /// <summary>Fills <paramref name="destination"/> with all tasks and returns how many there are.</summary>
    public int CopyTo(ref IscsiTask[] destination)
    {
        if (destination.Length < Count)
            destination = new IscsiTask[_slots.Length];
        var count = 0;
        foreach (var task in _slots)
        {
            if (task is not null)
                destination[count++] = task;
        }

        return count;
    }

    private int Home(uint tag) => (int)(unchecked(tag * 0x9e37_79b1u) >> _shift);

    private ref IscsiTask? FreeSlot(uint tag)
    {
        var i = Home(tag);
        while (_slots[i] is { } other && other.InitiatorTaskTag != tag)
            i = (i + 1) & (_slots.Length - 1);
        return ref _slots[i];
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new IscsiTask?[old.Length * 2];
        _shift--;
        foreach (var task in old)
        {
            if (task is not null)
                FreeSlot(task.InitiatorTaskTag) = task;
        }
    }
}
