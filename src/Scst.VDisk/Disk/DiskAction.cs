namespace Scst.VDisk;

/// <summary>What a disk does for a command, whatever the length of its CDB.</summary>
internal enum DiskAction : byte
{
    /// <summary>READ.</summary>
    Read,

    /// <summary>WRITE.</summary>
    Write,

    /// <summary>WRITE AND VERIFY.</summary>
    WriteAndVerify,

    /// <summary>VERIFY.</summary>
    Verify,

    /// <summary>SYNCHRONIZE CACHE.</summary>
    SynchronizeCache,

    /// <summary>PRE-FETCH.</summary>
    PreFetch,

    /// <summary>READ CAPACITY(10) and (16).</summary>
    ReadCapacity,

    /// <summary>START STOP UNIT.</summary>
    StartStopUnit,

    /// <summary>COMPARE AND WRITE.</summary>
    CompareAndWrite,

    /// <summary>UNMAP.</summary>
    Unmap,

    /// <summary>WRITE SAME.</summary>
    WriteSame,

    /// <summary>GET LBA STATUS.</summary>
    GetLbaStatus,

    /// <summary>ORWRITE(16).</summary>
    OrWrite,

    /// <summary>WRITE ATOMIC(16).</summary>
    WriteAtomic,

    /// <summary>READ DEFECT DATA(10) and (12).</summary>
    ReadDefectData,
}
