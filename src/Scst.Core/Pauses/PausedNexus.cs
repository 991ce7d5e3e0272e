using System.Collections.Generic;

namespace Scst;

/// <summary>One LUN of one session.</summary>
internal sealed class PausedNexus : IPausable
{
    private readonly LunNexus _nexus;

    internal PausedNexus(LunNexus nexus, PauseList pauses)
    {
        _nexus = nexus;
        Pauses = pauses;
    }

    public string Scope => $"LUN {_nexus.Lun} of {_nexus.Session}";

    public PauseList Pauses { get; }

    public IEnumerable<ScsiCommand> Commands => _nexus.Session.Commands;

    public bool Concerns(ScsiCommand command) => command.Nexus == _nexus;

    public void Close()
    {
        _nexus.Pause();
        // Neighbours may be waiting behind a command that counts no more.
        _nexus.LogicalUnit.TaskSet.Reconsider();
    }

    public void Open()
    {
        _nexus.Resume();
        _nexus.LogicalUnit.TaskSet.Reconsider();
    }
}
