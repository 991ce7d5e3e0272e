using System;

namespace Scst.VDisk;

/// <summary>What a write asks for beyond storing the bytes.</summary>
[Flags]
public enum StoreWriteOptions : byte
{
    /// <summary>Nothing: the bytes may stay in a volatile cache until the next flush.</summary>
    None = 0,

    /// <summary>The FUA bit of the WRITE commands (SBC-5): the bytes are on stable storage before the write answers Ok.</summary>
    ForceUnitAccess = 1,
}
