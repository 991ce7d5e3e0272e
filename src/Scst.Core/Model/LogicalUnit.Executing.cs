using System;

namespace Scst;

/// <content>The commands that have their turn, for handlers that must know who else is at work.</content>
public sealed partial class LogicalUnit
{
    /// <summary>
    /// Shows the commands that have their turn: those that are being executed, or are about to be, and those whose lent segments are
    /// still in use. It takes no lock and allocates nothing; it costs as much as the sessions that use the logical unit have commands.
    /// </summary>
    /// <remarks>
    /// A command that has its turn before the call and still has it afterwards is shown once. One that gets its turn or ends
    /// meanwhile may be shown or not. None of them belongs to the visitor: it may end, and be used again, at any moment, so only
    /// what the handler itself keeps in <see cref="ScsiCommand.HandlerState"/>, safe from any thread, may be looked at.
    /// </remarks>
    /// <typeparam name="TState">What the visitor needs, so that it need not be a closure.</typeparam>
    /// <param name="state">Given to <paramref name="visit"/>.</param>
    /// <param name="visit">Called for each command, in no particular order.</param>
    /// <exception cref="ArgumentNullException"><paramref name="visit"/> is null.</exception>
    public void VisitExecuting<TState>(TState state, Action<TState, ScsiCommand> visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        foreach (LunNexus nexus in Nexuses)
        {
            foreach (ScsiCommand command in nexus.Session.Commands)
            {
                if (command.Nexus == nexus && command.HasItsTurn)
                    visit(state, command);
            }
        }
    }
}
