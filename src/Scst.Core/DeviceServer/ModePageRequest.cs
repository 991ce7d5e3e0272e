namespace Scst;

/// <summary>Something that waits for its turn among the changes of mode pages.</summary>
internal sealed class ModePageRequest
{
    /// <param name="kind">What it is for.</param>
    /// <param name="values">Whole pages in the order of the set; null for a page that keeps its values.</param>
    /// <param name="command">The MODE SELECT or MODE SENSE that waits for it, if one does.</param>
    internal ModePageRequest(ModePageRequestKind kind, byte[]?[] values, ScsiCommand? command = null)
    {
        Kind = kind;
        Values = values;
        Command = command;
    }

    internal ModePageRequestKind Kind { get; }

    internal byte[]?[] Values { get; set; }

    internal ScsiCommand? Command { get; }

    /// <summary>Whether it has saved values that were not known before for pages that the command does not list.</summary>
    internal bool TakesOver { get; set; }

    /// <summary>Whether a MODE SENSE of saved values has found them.</summary>
    internal bool KnowsSaved { get; set; }

    /// <summary>The saved values that the request has replaced, to be put back if the handler refuses.</summary>
    internal byte[][]? Replaced { get; set; }
}
