using System;
using System.IO;

namespace Scst.VDisk;

/// <summary>
/// From what the system says to what the store answers. On Unix <see cref="Exception.HResult"/> of an <see cref="IOException"/>
/// is the errno, on Windows it is 0x80070000 plus the Win32 error.
/// </summary>
internal static class FileErrors
{
    private enum Meaning
    {
        NoSpace,
        Gone,
        ReadOnly,
        NotFound,
        InUse,
        Fault,
    }

    /// <summary>The codes that mean more than "this operation failed". Columns: Linux, macOS, Windows; 0 where there is none.</summary>
    private static readonly (int Linux, int Mac, int Windows, Meaning Meaning)[] _codes =
    [
        (28, 28, 112, Meaning.NoSpace), // ENOSPC, ERROR_DISK_FULL
        (122, 69, 1295, Meaning.NoSpace), // EDQUOT, ERROR_DISK_QUOTA_EXCEEDED
        (27, 27, 223, Meaning.NoSpace), // EFBIG, ERROR_FILE_TOO_LARGE
        (0, 0, 39, Meaning.NoSpace), // ERROR_HANDLE_DISK_FULL
        (19, 19, 55, Meaning.Gone), // ENODEV, ERROR_DEV_NOT_EXIST
        (6, 6, 1167, Meaning.Gone), // ENXIO, ERROR_DEVICE_NOT_CONNECTED
        (116, 70, 64, Meaning.Gone), // ESTALE, ERROR_NETNAME_DELETED
        (123, 0, 1112, Meaning.Gone), // ENOMEDIUM, ERROR_NO_MEDIA_IN_DRIVE
        (67, 0, 0, Meaning.Gone), // ENOLINK: no path to the device (Linux block layer)
        (108, 58, 21, Meaning.Gone), // ESHUTDOWN, ERROR_NOT_READY
        (0, 0, 1006, Meaning.Gone), // ERROR_FILE_INVALID: the volume was changed under the handle
        (30, 30, 19, Meaning.ReadOnly), // EROFS, ERROR_WRITE_PROTECT
        (1, 1, 0, Meaning.ReadOnly), // EPERM
        (13, 13, 5, Meaning.ReadOnly), // EACCES, ERROR_ACCESS_DENIED
        (2, 2, 2, Meaning.NotFound), // ENOENT, ERROR_FILE_NOT_FOUND
        (20, 20, 3, Meaning.NotFound), // ENOTDIR, ERROR_PATH_NOT_FOUND
        (11, 35, 32, Meaning.InUse), // EWOULDBLOCK, ERROR_SHARING_VIOLATION
        (26, 26, 33, Meaning.InUse), // ETXTBSY, ERROR_LOCK_VIOLATION
        (16, 16, 170, Meaning.InUse), // EBUSY: mounted, or held by another; ERROR_BUSY
        (17, 17, 80, Meaning.InUse), // EEXIST, ERROR_FILE_EXISTS: somebody else creates it at this moment
        (9, 9, 6, Meaning.Fault), // EBADF, ERROR_INVALID_HANDLE
        (121, 0, 0, Meaning.Fault), // EREMOTEIO: the device below failed of itself (Linux block layer); its sense is not handed on
        (14, 14, 998, Meaning.Fault), // EFAULT, ERROR_NOACCESS
    ];

    /// <summary>Whether the exception tells of a failed system call and not of a mistake in this program.</summary>
    internal static bool IsFromSystem(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    private static PlatformID Platform { get; } =
        OperatingSystem.IsWindows() ? PlatformID.Win32NT : OperatingSystem.IsMacOS() ? PlatformID.MacOSX : PlatformID.Unix;

    internal static StoreStatus ToStatus(Exception e, FileOperationKind kind) => ToStatus(e, kind, Platform);

    internal static StoreStatus ToStatus(Exception e, FileOperationKind kind, PlatformID platform)
    {
        // EFBIG comes out of the class library as this; the range itself has been checked.
        if (e is ArgumentOutOfRangeException && kind == FileOperationKind.Write) return StoreStatus.NoSpace;
        if (e is not (IOException or UnauthorizedAccessException)) return StoreStatus.InternalError;
        StoreStatus plain = kind switch
        {
            FileOperationKind.Read => StoreStatus.ReadError,
            FileOperationKind.Flush => StoreStatus.FlushFailed,
            _ => StoreStatus.WriteError,
        };
        return Find(e, platform) switch
        {
            Meaning.NoSpace => StoreStatus.NoSpace,
            Meaning.Gone => StoreStatus.Gone,
            Meaning.ReadOnly when kind is FileOperationKind.Write or FileOperationKind.Unmap => StoreStatus.ReadOnly,
            Meaning.Fault => StoreStatus.InternalError,
            _ => plain,
        };
    }

    internal static FileStoreOpenError ToOpenError(Exception e)
    {
        // A size that the file system cannot hold (EFBIG).
        if (e is ArgumentOutOfRangeException) return FileStoreOpenError.NoSpace;
        if (e is FileNotFoundException or DirectoryNotFoundException) return FileStoreOpenError.NotFound;
        if (e is UnauthorizedAccessException) return FileStoreOpenError.AccessDenied;
        return Find(e, Platform) switch
        {
            Meaning.NoSpace => FileStoreOpenError.NoSpace,
            Meaning.ReadOnly => FileStoreOpenError.AccessDenied,
            Meaning.NotFound => FileStoreOpenError.NotFound,
            Meaning.InUse => FileStoreOpenError.InUse,
            _ => FileStoreOpenError.Other,
        };
    }

    private static Meaning? Find(Exception e, PlatformID platform)
    {
        // EACCES, EPERM and EBADF arrive wrapped; the code is in the inner exception.
        Exception source = e is UnauthorizedAccessException { InnerException: IOException inner } ? inner : e;
        int code = platform == PlatformID.Win32NT ? source.HResult & 0xFFFF : source.HResult;
        if (code == 0) return null;
        foreach ((int Linux, int Mac, int Windows, Meaning Meaning) row in _codes)
        {
            int known = platform switch
            {
                PlatformID.Win32NT => row.Windows,
                PlatformID.MacOSX => row.Mac,
                _ => row.Linux,
            };
            if (known == code) return row.Meaning;
        }

        return null;
    }
}
