namespace Scst;

/// <summary>What a <see cref="ModePageRequest"/> is for.</summary>
internal enum ModePageRequestKind
{
    /// <summary>MODE SELECT with SP zero.</summary>
    Select,

    /// <summary>MODE SELECT with SP one.</summary>
    SelectAndSave,

    /// <summary>
    /// MODE SENSE of saved values that are not known, because the store did not answer; they then count also for what is current.
    /// </summary>
    Recall,

    /// <summary>The saved values become the current ones, before the first command.</summary>
    Load,

    /// <summary>The saved values become the current ones at a reset.</summary>
    Reset,
}
