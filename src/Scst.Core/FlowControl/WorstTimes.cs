using System;

namespace Scst;

/// <summary>
/// The worst times of commands within a window that moves with the time, in a few slots: what is older than the window and an eighth
/// of it is forgotten. Not thread-safe.
/// </summary>
internal sealed class WorstTimes
{
    private const int SlotsOfWindow = 8;

    private readonly long _slotTicks;
    private readonly CommandTime[] _slots = new CommandTime[SlotsOfWindow + 1];
    private long _current;

    /// <summary>Makes an empty window.</summary>
    /// <param name="length">Its length, at least 8 ticks.</param>
    internal WorstTimes(TimeSpan length) => _slotTicks = length.Ticks / SlotsOfWindow;

    /// <summary>The worst within the window that ends now.</summary>
    internal CommandTime At(TimeSpan now)
    {
        MoveTo(now);
        CommandTime worst = default;
        foreach (CommandTime slot in _slots)
            worst = CommandTime.Worse(worst, slot);
        return worst;
    }

    internal void Note(TimeSpan now, in CommandTime time)
    {
        MoveTo(now);
        ref CommandTime slot = ref _slots[_current % _slots.Length];
        slot = CommandTime.Worse(slot, time);
    }

    /// <summary>Clocks of several threads may come in the wrong order: the window does not move back.</summary>
    private void MoveTo(TimeSpan now)
    {
        long wanted = Math.Max(_current, now.Ticks / _slotTicks);
        if (wanted - _current >= _slots.Length)
            Array.Clear(_slots, 0, _slots.Length);
        else
            while (_current < wanted)
                _slots[++_current % _slots.Length] = default;
        _current = wanted;
    }
}
