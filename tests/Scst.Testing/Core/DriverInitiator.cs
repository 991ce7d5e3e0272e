using System;
using System.Threading.Tasks;

namespace Scst.Testing;

/// <summary>
/// An initiator for the transport of a <see cref="TargetDriverContract"/>: one session with its target. All calls come one
/// after another.
/// </summary>
public abstract class DriverInitiator : IAsyncDisposable
{
    /// <summary>Sends a command, after all that were sent before it, and does not wait for its end.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The tag, as <see cref="ManageAsync"/> takes it, and a task that ends when the command has.</returns>
    public abstract (ulong Tag, Task<DriverOutcome> Outcome) Start(DriverCommand command);

    /// <summary>Lets the commands that were sent go on their way, if they are gathered. Nothing else does it for them.</summary>
    public abstract ValueTask FlushAsync();

    /// <summary>Sends a task management function and waits for its end.</summary>
    public abstract Task<TaskManagementResponse> ManageAsync(TaskManagementFunction function, int lun, ulong tag);

    /// <summary>Breaks the connection without a word. Commands that have not ended end without a response.</summary>
    public abstract ValueTask DisconnectAsync();

    /// <summary>Logs out, if the connection still is there.</summary>
    public abstract ValueTask DisposeAsync();
}
