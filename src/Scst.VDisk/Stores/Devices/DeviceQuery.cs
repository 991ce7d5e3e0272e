namespace Scst.VDisk;

/// <summary>What a block device can be asked; the numbers of the requests in group 12h (linux/fs.h).</summary>
internal enum DeviceQuery : byte
{
    /// <summary>BLKROGET: not 0 if it may not be written.</summary>
    ReadOnly = 94,

    /// <summary>BLKSECTGET: the longest transfer, in units of 512 bytes; 65535 also stands for more.</summary>
    MaxSectors = 103,

    /// <summary>BLKSSZGET: logical block in bytes.</summary>
    LogicalBlockSize = 104,

    /// <summary>BLKIOOPT: the transfer length that serves best, in bytes; 0 for none.</summary>
    OptimalTransferSize = 121,

    /// <summary>BLKALIGNOFF: where the first physical block begins, in bytes; -1 if it is below none or between several.</summary>
    AlignmentOffset = 122,

    /// <summary>BLKPBSZGET: physical block in bytes.</summary>
    PhysicalBlockSize = 123,

    /// <summary>BLKROTATIONAL: not 0 if it rotates, or does not tell.</summary>
    Rotational = 126,
}
