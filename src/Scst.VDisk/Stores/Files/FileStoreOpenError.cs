namespace Scst.VDisk;

/// <summary>Why a <see cref="FileStore"/> could not be opened.</summary>
public enum FileStoreOpenError
{
    /// <summary>Something else; see the inner exception.</summary>
    Other = 0,

    /// <summary>There is no such file (and no size was given to create it with), or no such directory.</summary>
    NotFound = 1,

    /// <summary>The path names a directory, a device, a pipe or the like.</summary>
    NotAFile = 2,

    /// <summary>The process may not open the file this way, or the file system is read-only.</summary>
    AccessDenied = 3,

    /// <summary>Another store or another process has the file open in a way that excludes this one.</summary>
    InUse = 4,

    /// <summary>The file has 0 bytes and no size was given.</summary>
    Empty = 5,

    /// <summary>The size of the file is not a multiple of 512 bytes.</summary>
    NotSectorMultiple = 6,

    /// <summary>The file exists and does not have the size that was asked for.</summary>
    SizeMismatch = 7,

    /// <summary>The file system has no room for a file of this size.</summary>
    NoSpace = 8,

    /// <summary>Direct I/O was asked for, and the system or the file system has none.</summary>
    DirectNotSupported = 9,

    /// <summary>Direct I/O was asked for, and the size is not a multiple of the unit that it demands.</summary>
    NotAligned = 10,

    /// <summary>The path names something else than a block device, or this system serves none.</summary>
    NotADevice = 11,
}
