using System.Collections.Generic;

namespace Scst;

/// <summary>All LUNs of a session, also those that it gets or uses first while it is paused.</summary>
internal sealed class PausedSession : IPausable
{
    private readonly Session _session;

    internal PausedSession(Session session, PauseList pauses)
    {
        _session = session;
        Pauses = pauses;
    }

    public string Scope => $"session of {_session}";

    public PauseList Pauses { get; }

    public IEnumerable<ScsiCommand> Commands => _session.Commands;

    public bool Concerns(ScsiCommand command) => command.Nexus is not null;

    public void Close() => _session.ClosePauseGate();

    public void Open() => _session.OpenPauseGate();
}
