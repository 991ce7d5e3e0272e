using System.Collections.Generic;
using Scst.Iscsi.Tasks;

namespace Scst.Iscsi.Sending;

/// <content>
/// Responses with lent data-in. Until it is sent, such a response may come back because its data cannot be read; so its task
/// stays to be found by its tag, and only its place is given back when it is taken to be sent.
/// </content>
internal sealed partial class Ledger
{
    /// <summary>The responses were sent, or never will be.</summary>
    public void Sent(List<IscsiTask> tasks)
    {
        lock (_gate)
        {
            foreach (var task in tasks)
            {
                if (!task.IsOnWire)
                    continue;
                task.IsOnWire = false;
                _tasks.Remove(task);
            }
        }
    }

    /// <summary>Nothing of a response was sent, and another will take its place: the task is as it was before.</summary>
    /// <returns>False if the initiator has used its tag again, though it has had no response.</returns>
    public bool TakeBack(IscsiTask task)
    {
        lock (_gate)
        {
            task.IsOnWire = false;
            task.IsLent = false;
            _places.TakeBack(PlaceOf(task));
            return _tasks.Find(task.InitiatorTaskTag) == task;
        }
    }

    private void TakeToSend(IscsiTask task)
    {
        task.IsOnWire = task.IsLent;
        if (task.IsLent)
            _places.Give(PlaceOf(task));
        else
            Leave(task);
    }

    /// <summary>Adds a task. Its tag may be that of a response which has been received but not been seen to be sent yet.</summary>
    private bool TryAdd(IscsiTask task)
    {
        if (_tasks.TryAdd(task))
            return true;
        if (_tasks.Find(task.InitiatorTaskTag) is not { IsOnWire: true } sent)
            return false;
        _tasks.Remove(sent);
        return _tasks.TryAdd(task);
    }
}
