namespace Scst;

/// <summary>New values for mode pages, on their way to take effect.</summary>
internal sealed class ModePageRequest
{
    /// <param name="values">Whole pages in the order of the set; null for a page that keeps its values.</param>
    /// <param name="command">The MODE SELECT that waits for it, or null for a reset.</param>
    internal ModePageRequest(byte[]?[] values, ScsiCommand? command)
    {
        Values = values;
        Command = command;
    }

    internal byte[]?[] Values { get; }

    internal ScsiCommand? Command { get; }
}
