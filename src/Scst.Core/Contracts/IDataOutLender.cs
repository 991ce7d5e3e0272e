namespace Scst;

/// <summary>
/// Optional ability of an <see cref="IDevHandler"/>: receive data-out straight into memory or pages of its own. The loan
/// is made only to a command that has its turn and has passed every check, so that a refused WRITE changes no byte, and
/// ends with <see cref="ICommandFreedHandler.CommandFreed"/>.
/// </summary>
/// <remarks>
/// In <see cref="IDevHandler.Execute"/> the data of a kernel-only segment is where it was lent. That of a memory segment may be
/// in a pool buffer, although none was lent: where a system call could not write what was lent
/// (<see cref="ScsiCommand.TryReplaceLoan"/>) the command has such segments for the rest of its data, and the handler writes them
/// as it does those of any other command. GOOD says that all of the data is on the medium, on either way.
/// </remarks>
public interface IDataOutLender
{
    /// <summary>
    /// Whether this command's data-out should go to lent segments. Asked after <see cref="IDevHandler.Parse"/>; the answer
    /// decides whether the transport waits for the command's turn before it fetches data.
    /// </summary>
    /// <param name="command">A command with data-out.</param>
    bool WantsToLend(ScsiCommand command);

    /// <summary>
    /// Lend the segments: call <see cref="ScsiCommand.AddSegment"/> until <see cref="ScsiCommand.DataOutLength"/> bytes are
    /// covered, or add none and return false to have pool buffers used.
    /// </summary>
    /// <param name="command">The command, which has its turn and has passed every check.</param>
    /// <returns>Whether segments were lent.</returns>
    bool TryLend(ScsiCommand command);
}
