namespace Scst;

/// <summary>Optional ability of an <see cref="IDevHandler"/>: be told that a command that it executes was aborted.</summary>
public interface IAbortHandler
{
    /// <summary>
    /// A hint to end this command soon, in any way; what it ends with is discarded. It may run concurrently with the
    /// command's own completion, and the command may already have ended.
    /// </summary>
    /// <param name="command">The aborted command.</param>
    void Abort(ScsiCommand command);
}
