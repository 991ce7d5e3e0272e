using System;

namespace Scst.VDisk;

/// <summary>What a <see cref="DiskOperation"/> still has to do, in the order of the values.</summary>
[Flags]
internal enum DiskPhases : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Bring what is cached to the medium, so that the medium itself is looked at; or just that.</summary>
    FlushBefore = 1,

    /// <summary>Fill the command's segments.</summary>
    Read = 2,

    /// <summary>Read the range and compare it with the data-out, or unite the two, before anything is written.</summary>
    Match = 4,

    /// <summary>Store the command's segments, or the rest of them.</summary>
    Write = 8,

    /// <summary>Store the command's one segment, all of it or nothing.</summary>
    WriteAtomic = 16,

    /// <summary>Bring to the medium what was written.</summary>
    FlushAfter = 32,

    /// <summary>Read the range and compare it.</summary>
    Verify = 64,
}
