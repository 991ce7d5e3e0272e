namespace Scst.VDisk;

/// <summary>Whether an open file is still what it was when it was opened.</summary>
internal enum FileIdentity
{
    /// <summary>The path leads to it and it is long enough, as far as the system can tell.</summary>
    Same,

    /// <summary>The path leads nowhere, to another file, or cannot be followed.</summary>
    Elsewhere,

    /// <summary>It has become shorter.</summary>
    Shortened,
}
