namespace Scst.VDisk.Tests;

/// <summary>How an operation of a <see cref="ScriptedStore"/> ends.</summary>
internal enum CallEnding
{
    /// <summary>With a status, before the call returns.</summary>
    Inline,

    /// <summary>With a status, when the test says so.</summary>
    Held,

    /// <summary>With a status, inside the registration of its continuation.</summary>
    InsideOnCompleted,

    /// <summary>With an exception out of the call.</summary>
    Throws,

    /// <summary>With an exception when the test says so.</summary>
    HeldThenThrows,
}
