using System.Collections.Generic;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tasks;

namespace Scst.Iscsi.Sending;

/// <content>
/// Lent data-in that cannot be read (a file that was shortened, a bad sector): the send ends with a fault, and does not tell
/// whose data it was. As long as nothing of that command was sent, all from the first one that may be meant is written anew,
/// each by itself, and the one that faults by itself goes back to the core.
/// </content>
internal sealed partial class BatchWriter
{
    private readonly List<Mark> _marks = [];
    private long _flushed;
    private bool _isSingly;

    // What is to be sent so far, from its beginning.
    private long Position => _vector.Length + _buffer.UnsentLength;

    /// <summary>A send could not read what it was to send.</summary>
    /// <returns>
    /// False if that was part of a command of which something was sent. Otherwise the vector holds what precedes the first
    /// one that may be meant, and what follows is still to be written.
    /// </returns>
    public bool TryStepBack()
    {
        var sent = _flushed - _vector.Length;
        for (var i = 0; i < _marks.Count; i++)
        {
            var mark = _marks[i];
            if (!mark.IsLent)
                continue;
            var isLast = i + 1 == _marks.Count;
            if (mark.Start < sent && sent >= (isLast ? _flushed : _marks[i + 1].Start))
                continue;
            // In the middle of one it is that one or another behind it; the rest of it, alone, will show.
            var first = mark.Start < sent ? i + 1 : i;
            if (first == _marks.Count)
                return false;
            StepBackTo(first, sent);
            return true;
        }

        return false;
    }

    private void BeginMarks()
    {
        _marks.Clear();
        // In the middle of an item its beginning has been sent before.
        if (_item is IscsiTask { IsLent: true })
            AddMark(_item, _plan.NextDataSN.Value == 0 ? 0 : -1, isLent: true);
    }

    /// <summary>An item begins. Of interest are those with lent data, and what has to be written anew with them.</summary>
    private void MarkBeginning(OutgoingItem item)
    {
        var isLent = item is IscsiTask { IsLent: true };
        if (isLent || _marks.Count > 0)
            AddMark(item, Position, isLent);
    }

    private void AddMark(OutgoingItem item, long start, bool isLent) =>
        _marks.Add(new Mark(item, start, isLent, _statSN, _writtenTasks.Count, _writtenControls.Count));

    private void StepBackTo(int index, long sent)
    {
        var mark = _marks[index];
        _vector.Truncate(mark.Start - sent);
        for (var i = _marks.Count - 1; i >= index; i--)
        {
            _marks[i].Item.Next = _next;
            _next = _marks[i].Item;
        }

        _item = null;
        _statSN = mark.StatSN;
        _writtenTasks.RemoveRange(mark.WrittenTasks, _writtenTasks.Count - mark.WrittenTasks);
        _writtenControls.RemoveRange(mark.WrittenControls, _writtenControls.Count - mark.WrittenControls);
        _marks.Clear();
        if (_isSingly)
            GiveBack((IscsiTask)mark.Item);
        _isSingly = true;
    }

    /// <summary>The item, which is the next, is answered some other way: the core asks for that.</summary>
    private void GiveBack(IscsiTask task)
    {
        _next = task.Next;
        task.Next = null;
        if (!_session.Ledger.TakeBack(task))
            _session.Connection.End(ConnectionEndReason.ProtocolError, "a tag was used again before its response");
        task.Command.DataInFaulted();
    }

    private static bool HasLent(OutgoingItem? head)
    {
        for (var item = head; item is not null; item = item.Next)
        {
            if (item is IscsiTask { IsLent: true })
                return true;
        }

        return false;
    }

    /// <summary>Puts R2Ts first. They are written once and never anew, so no lent data may precede them.</summary>
    private static OutgoingItem? WithSolicitationsFirst(OutgoingItem? head)
    {
        OutgoingItem? first = null, firstTail = null, rest = null, restTail = null;
        for (var item = head; item is not null;)
        {
            var next = item.Next;
            if (item is Solicitation)
                Append(ref first, ref firstTail, item);
            else
                Append(ref rest, ref restTail, item);
            item = next;
        }

        if (firstTail is null)
            return rest;
        firstTail.Next = rest;
        return first;
    }

    private static void Append(ref OutgoingItem? head, ref OutgoingItem? tail, OutgoingItem item)
    {
        item.Next = null;
        if (tail is null)
            head = item;
        else
            tail.Next = item;
        tail = item;
    }

    /// <summary>Where an item begins in what is to be sent, and what there was before it.</summary>
    private readonly record struct Mark(
        OutgoingItem Item, long Start, bool IsLent, SerialNumber32 StatSN, int WrittenTasks, int WrittenControls);
}
