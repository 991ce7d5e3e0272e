using System;
using System.Collections.Generic;

namespace Scst;

/// <content>Pausing the logical unit for all who use it.</content>
public sealed partial class LogicalUnit
{
    private readonly PauseList _pauses = new();

    /// <summary>The pauses of the whole logical unit that are not over.</summary>
    public IReadOnlyList<Pause> Pauses => _pauses.Current;

    /// <summary>
    /// Pauses the logical unit: no command of any session gets its turn until the pause is over; other logical units notice
    /// nothing. Wait for <see cref="Scst.Pause.Drained"/> before the backend is touched.
    /// </summary>
    /// <param name="options">Why, and for how long at most.</param>
    /// <returns>The pause; <see cref="Scst.Pause.Resume"/> ends it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public Pause Pause(PauseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Scst.Pause.Begin(Engine, new PausedLogicalUnit(this, _pauses), options);
    }
}
