namespace Scst;

/// <summary>
/// Optional ability of an <see cref="IDevHandler"/>: be told that a command, which the handler executed or lent segments
/// to, is over and that nobody will touch its segments any more.
/// </summary>
public interface ICommandFreedHandler
{
    /// <summary>The driver has sent (or dropped) the response: loans end here.</summary>
    /// <param name="command">The command about to be reused.</param>
    void CommandFreed(ScsiCommand command);
}
