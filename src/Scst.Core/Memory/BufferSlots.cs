using System.Threading;

namespace Scst;

/// <summary>
/// A fixed number of slots that threads fill and empty by exchanging whole references: no lock, no allocation and,
/// because no node is ever linked to another, no ABA. The cursor is a hint, so a lost update only costs a longer search.
/// </summary>
internal sealed class BufferSlots
{
    private readonly DataBuffer?[] _slots;
    private int _cursor;

    internal BufferSlots(int capacity) => _slots = new DataBuffer?[capacity];

    internal int Count
    {
        get
        {
            int count = 0;
            foreach (DataBuffer? slot in _slots)
                count += slot is null ? 0 : 1;
            return count;
        }
    }

    internal DataBuffer? TryTake()
    {
        DataBuffer?[] slots = _slots;
        int start = _cursor;
        for (int i = 0; i < slots.Length; i++)
        {
            int index = start - 1 - i;
            if (index < 0)
                index += slots.Length;
            DataBuffer? buffer = slots[index];
            if (buffer is not null && Interlocked.CompareExchange(ref slots[index], null, buffer) == buffer)
            {
                _cursor = index;
                return buffer;
            }
        }
        return null;
    }

    internal bool TryPut(DataBuffer buffer)
    {
        DataBuffer?[] slots = _slots;
        int start = _cursor;
        for (int i = 0; i < slots.Length; i++)
        {
            int index = start + i;
            if (index >= slots.Length)
                index -= slots.Length;
            if (slots[index] is null && Interlocked.CompareExchange(ref slots[index], buffer, null) is null)
            {
                _cursor = index + 1 == slots.Length ? 0 : index + 1;
                return true;
            }
        }
        return false;
    }
}
