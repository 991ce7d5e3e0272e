using System.Collections.Generic;

namespace Scst;

/// <summary>What can be paused: gates that are closed and opened, and the commands behind them.</summary>
internal interface IPausable
{
    /// <summary>For people.</summary>
    string Scope { get; }

    /// <summary>The list in which its pauses are shown.</summary>
    PauseList Pauses { get; }

    /// <summary>All commands that may be concerned.</summary>
    IEnumerable<ScsiCommand> Commands { get; }

    /// <summary>Whether one of them is.</summary>
    bool Concerns(ScsiCommand command);

    /// <summary>From here on no command gets its turn. A full fence: whoever marked itself before can be seen.</summary>
    void Close();

    /// <summary>Undoes one <see cref="Close"/>; the last one lets the commands go on.</summary>
    void Open();
}
