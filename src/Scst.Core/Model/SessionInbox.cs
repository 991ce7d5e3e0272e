using System.Collections.Generic;

namespace Scst;

/// <summary>
/// In simulation a command may be overtaken at any scheduling point, but two commands of one session must still reach
/// their task set in the order of their submission, as they do in production where one thread submits them. So the
/// next one starts when the one before has its place.
/// </summary>
internal sealed class SessionInbox
{
    private readonly Session _session;
    private readonly Queue<object> _waiting = new();
    private bool _busy;

    internal SessionInbox(Session session) => _session = session;

    internal void Add(object arrival)
    {
        _waiting.Enqueue(arrival);
        StartNext();
    }

    /// <summary>The one under way has its place in the task set, or has ended before it got one.</summary>
    internal void Settled()
    {
        _busy = false;
        StartNext();
    }

    private void StartNext()
    {
        if (_busy || _waiting.Count == 0)
            return;
        _busy = true;
        switch (_waiting.Dequeue())
        {
            case ScsiCommand command:
                _session.Engine.Pipeline.Resume(command);
                break;
            case TaskManagementRequest request:
                _session.Engine.TaskManager.Begin(request);
                break;
            case SessionEndReason reason:
                _session.Engine.TaskManager.BeginClose(_session, reason);
                break;
        }
    }
}
