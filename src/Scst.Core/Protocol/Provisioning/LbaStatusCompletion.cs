namespace Scst.Protocol;

/// <summary>COMPLETION CONDITION of GET LBA STATUS parameter data (SBC-5): why it ends where it ends.</summary>
public enum LbaStatusCompletion : byte
{
    /// <summary>0h: not told.</summary>
    NotIndicated = 0,

    /// <summary>1h: there is no room for more in ALLOCATION LENGTH.</summary>
    AllocationLength = 1,

    /// <summary>2h: SCAN LENGTH blocks were looked at.</summary>
    ScanLength = 2,

    /// <summary>3h: the last block of the medium was looked at.</summary>
    Capacity = 3,
}
