namespace Scst.VDisk;

/// <summary>What became of the wish to have pages mapped.</summary>
internal enum PagePresence
{
    /// <summary>Reading them, or writing where that was asked for, waits for nothing, for as long as memory is not short.</summary>
    Present,

    /// <summary>They are not in memory, or there is nothing to be had in memory.</summary>
    Absent,

    /// <summary>This system cannot do it.</summary>
    Unsupported,
}
