using System.Collections.Generic;
using System.Linq;

namespace Scst;

/// <summary>A logical unit, for all who use it.</summary>
internal sealed class PausedLogicalUnit : IPausable
{
    private readonly LogicalUnit _logicalUnit;

    internal PausedLogicalUnit(LogicalUnit logicalUnit, PauseList pauses)
    {
        _logicalUnit = logicalUnit;
        Pauses = pauses;
    }

    public string Scope => $"logical unit {_logicalUnit.Name}";

    public PauseList Pauses { get; }

    public IEnumerable<ScsiCommand> Commands =>
        _logicalUnit.Nexuses.Select(nexus => nexus.Session).Distinct().SelectMany(session => session.Commands);

    public bool Concerns(ScsiCommand command) => command.Nexus?.LogicalUnit == _logicalUnit;

    public void Close() => _logicalUnit.TaskSet.Hold();

    public void Open() => _logicalUnit.TaskSet.Release();
}
