namespace Scst.VDisk;

/// <summary>Where a <see cref="RangeHold"/> is in the list of its <see cref="RangeGuard"/>.</summary>
internal enum RangeHoldState : byte
{
    /// <summary>Not in it: it holds nothing, or nobody has to know of it.</summary>
    Unlisted,

    /// <summary>It has closed its blocks, and has yet to find out who is in there.</summary>
    Arriving,

    /// <summary>It waits for others to leave.</summary>
    Waiting,

    /// <summary>It has its blocks, and others may wait for it to leave.</summary>
    Running,
}
