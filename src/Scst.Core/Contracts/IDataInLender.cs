namespace Scst;

/// <summary>
/// Optional ability of an <see cref="IDevHandler"/>: answer a command out of memory or pages of its own medium, without
/// copying them to pool buffers.
/// </summary>
/// <remarks>
/// <para>A command that the handler wants to lend to is executed without pool buffers. In <see cref="IDevHandler.Execute"/>
/// the handler either adds segments of its own (<see cref="ScsiCommand.AddSegment"/>) or takes pool buffers after all
/// (<see cref="ScsiCommand.TryTakeBuffers"/>), and then ends the command as usual. The loan ends with
/// <see cref="ICommandFreedHandler.CommandFreed"/>, once, whatever became of the command.</para>
/// <para>What was lent is read only when the transport sends it. So such a command stays in its task set until the driver is
/// done with the response: an ORDERED command behind it does not change what it is still to send.</para>
/// </remarks>
public interface IDataInLender
{
    /// <summary>
    /// Whether the handler will provide the segments of this command itself. Asked after <see cref="IDevHandler.Parse"/> for
    /// each of the handler's own commands that has data-in, before its turn: the medium must not be touched.
    /// </summary>
    /// <param name="command">A command with data-in.</param>
    /// <returns>False to have the command executed with pool buffers, as if this interface were not there.</returns>
    bool WantsToLend(ScsiCommand command);

    /// <summary>
    /// What was lent to this command could not be read when it was to be sent (<see cref="ScsiCommand.DataInFaulted"/>), and
    /// its segments are gone. Execute it again by copying: <see cref="ScsiCommand.TryTakeBuffers"/>, read, and end with
    /// <see cref="ScsiCommand.Complete"/>, <see cref="ScsiCommand.CompleteDataIn"/> or <see cref="ScsiCommand.Fail"/>, here or
    /// later on any thread. Called at most once for a command, from any thread; it must not block.
    /// </summary>
    /// <param name="command">The command, which is being executed again and has kept its turn.</param>
    void CopyDataIn(ScsiCommand command);
}
