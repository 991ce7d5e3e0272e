using System.Threading;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>The commands of one session in the order of submission, and which of them have ended.</summary>
internal sealed class Sequence
{
    private readonly bool[] _ended;
    private int _next;
    private int _prefix;
    private int _lastOrdered = -1;

    internal Sequence(int count) => _ended = new bool[count];

    /// <summary>The place of the next command; called by the one who submits.</summary>
    internal Place Next(TaskAttribute attribute)
    {
        var place = new Place(this, _next, _lastOrdered, attribute);
        if (attribute == TaskAttribute.Ordered)
            _lastOrdered = _next;
        _next++;
        return place;
    }

    internal sealed class Place
    {
        private readonly Sequence _sequence;
        private readonly int _index;
        private readonly int _orderedBefore;
        private readonly TaskAttribute _attribute;

        internal Place(Sequence sequence, int index, int orderedBefore, TaskAttribute attribute)
        {
            _sequence = sequence;
            _index = index;
            _orderedBefore = orderedBefore;
            _attribute = attribute;
        }

        /// <summary>The command starts.</summary>
        /// <returns>What it should have waited for, or null.</returns>
        internal string? Begin()
        {
            if (_attribute == TaskAttribute.Ordered)
            {
                // Only one ORDERED command runs at a time, so nobody else moves the prefix.
                while (_sequence._prefix < _index && Volatile.Read(ref _sequence._ended[_sequence._prefix]))
                    _sequence._prefix++;
                if (_sequence._prefix < _index)
                    return $"ORDERED command {_index} started before command {_sequence._prefix} had ended.";
            }
            else if (_attribute == TaskAttribute.Simple && _orderedBefore >= 0 && !Volatile.Read(ref _sequence._ended[_orderedBefore]))
            {
                return $"SIMPLE command {_index} started before ORDERED command {_orderedBefore} had ended.";
            }
            return null;
        }

        internal void End() => Volatile.Write(ref _sequence._ended[_index], true);
    }
}
