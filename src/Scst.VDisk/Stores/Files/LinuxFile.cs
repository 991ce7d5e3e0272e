using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk;

/// <summary>
/// The few system calls that the class library does not offer. Each answers false, with the errno as the last P/Invoke error, and
/// also where the C library does not know it.
/// </summary>
internal static class LinuxFile
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH: the descriptor itself
    private const uint BasicStatus = 0x7FF; // STATX_BASIC_STATS
    private const int KeepSizeAndPunchHole = 0x01 | 0x02; // FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE
    private const int Interrupted = 4; // EINTR
    private const int InvalidArgument = 22; // EINVAL

    private const int NoWait = 0x08; // RWF_NOWAIT
    private const int SeekData = 3; // SEEK_DATA
    private const int SeekHole = 4; // SEEK_HOLE
    private const int NoSuchAddress = 6; // ENXIO
    private const int TryAgain = 11; // EAGAIN
    private const long Tmpfs = 0x01021994; // TMPFS_MAGIC
    private const long Ramfs = 0x858458F6; // RAMFS_MAGIC

    private static ReadOnlySpan<byte> NoPath => "\0"u8;

    internal static bool TryGetStatus(ReadOnlySpan<byte> nativePath, out LinuxFileStatus status) =>
        TryGetStatus(CurrentDirectory, nativePath, 0, out status);

    internal static bool TryGetStatus(SafeFileHandle handle, out LinuxFileStatus status)
    {
        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            return TryGetStatus((int)handle.DangerousGetHandle(), NoPath, EmptyPath, out status);
        }
        finally
        {
            if (isHeld) handle.DangerousRelease();
        }
    }

    /// <summary>Tries it where it changes nothing: behind the end of the file.</summary>
    internal static bool CanPunchHoles(SafeFileHandle handle, long granularity)
    {
        // Elsewhere off_t may have 32 bits.
        if (!OperatingSystem.IsLinux() || IntPtr.Size != 8) return false;
        long end = RandomAccess.GetLength(handle);
        long behind = (end + granularity - 1) / granularity * granularity;
        return behind <= long.MaxValue - granularity && TryPunchHole(handle, behind, granularity);
    }

    /// <summary>Whether the file is on a file system that lives in memory.</summary>
    internal static unsafe bool IsInMemory(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux() || IntPtr.Size != 8) return false;
        // struct statfs has 120 bytes and begins with the type.
        long* status = stackalloc long[32];
        return fstatfs(handle, status) == 0 && *status is Tmpfs or Ramfs;
    }

    /// <summary>Whether <see cref="ReadNow"/> works on this file.</summary>
    internal static bool CanReadNow(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux() || IntPtr.Size != 8) return false;
        Span<byte> first = stackalloc byte[1];
        try
        {
            return ReadNow(handle, 0, first) >= 0 || Marshal.GetLastPInvokeError() == TryAgain;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Reads what is in the page cache.</summary>
    /// <returns>Bytes, fewer than asked for where the cache ends, 0 at the end of the file, -1 if nothing can be had without waiting.</returns>
    internal static unsafe int ReadNow(SafeFileHandle handle, long offset, Span<byte> destination)
    {
        fixed (byte* buffer = destination)
        {
            var vector = new IoVector { Base = buffer, Length = (nuint)destination.Length };
            return (int)preadv2(handle, &vector, 1, offset, NoWait);
        }
    }

    /// <summary>
    /// Whether a part of a range has no room on its device yet, or nobody knows. On a file system in memory the question is a slow
    /// one. It moves the position of the handle, which nobody here uses.
    /// </summary>
    internal static bool HasHole(SafeFileHandle handle, long offset, long length)
    {
        long hole = lseek(handle, offset, SeekHole);
        return hole < 0 || hole < offset + length;
    }

    /// <summary>
    /// Whether a byte has room on its device, or is about to get it, and where that changes. It moves the position of the handle,
    /// which nobody here uses. Where the file system knows no holes everything has room.
    /// </summary>
    internal static bool TryFindMapping(SafeFileHandle handle, long offset, out bool isMapped, out long end)
    {
        end = lseek(handle, offset, SeekData);
        isMapped = end == offset;
        if (isMapped)
        {
            end = lseek(handle, offset, SeekHole);
            bool isTold = end >= 0;
            // It was punched in the meantime: what holds for one byte is an answer too.
            end = Math.Max(end, offset + 1);
            return isTold;
        }

        if (end > offset) return true;
        // Nothing but a hole as far as the file goes.
        end = long.MaxValue;
        return Marshal.GetLastPInvokeError() == NoSuchAddress;
    }

    internal static bool TryPunchHole(SafeFileHandle handle, long offset, long length)
    {
        int result;
        do result = fallocate(handle, KeepSizeAndPunchHole, offset, length);
        while (result != 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result == 0;
    }

    internal static bool TrySynchronizeData(SafeFileHandle handle)
    {
        int result;
        do result = fdatasync(handle);
        while (result != 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result == 0;
    }

    /// <summary>Makes the names in a directory survive a power loss. The class library opens no directories.</summary>
    internal static bool TrySynchronizeDirectory(string path)
    {
        byte[] nativePath = Encoding.UTF8.GetBytes(path + '\0');
        using SafeFileHandle directory = new(open(ref MemoryMarshal.GetArrayDataReference(nativePath), 0), ownsHandle: true);
        if (directory.IsInvalid) return false;
        // Some file systems have nothing to flush in a directory and say EINVAL.
        return fsync(directory) == 0 || Marshal.GetLastPInvokeError() == InvalidArgument;
    }

    /// <summary>What the last of these calls that failed says, in the shape that RandomAccess gives its errors: HResult is the errno.</summary>
    internal static IOException LastError()
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException(Marshal.GetPInvokeErrorMessage(error), error);
    }

    private static bool TryGetStatus(int descriptor, ReadOnlySpan<byte> nativePath, int flags, out LinuxFileStatus status)
    {
        status = default;
        if (!OperatingSystem.IsLinux()) return false;
        Statx data = default;
        try
        {
            if (statx(descriptor, in MemoryMarshal.GetReference(nativePath), flags, BasicStatus, ref data) != 0) return false;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }

        status = new LinuxFileStatus(data.DeviceMajor, data.DeviceMinor, data.Inode, (long)data.Size, data.BlockSize, data.Mode);
        return true;
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int statx(int directory, in byte path, int flags, uint mask, ref Statx status);

    [DllImport("libc", SetLastError = true)]
    private static extern int fallocate(SafeFileHandle descriptor, int mode, long offset, long length);

    [DllImport("libc", SetLastError = true)]
    private static extern unsafe int fstatfs(SafeFileHandle descriptor, long* status);

    [DllImport("libc", SetLastError = true)]
    private static extern unsafe nint preadv2(SafeFileHandle descriptor, IoVector* vectors, int count, long offset, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern long lseek(SafeFileHandle descriptor, long offset, int whence);

    [DllImport("libc", SetLastError = true)]
    private static extern int fdatasync(SafeFileHandle descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(SafeFileHandle descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int open(ref byte path, int flags);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct IoVector
    {
        internal void* Base;
        internal nuint Length;
    }

    /// <summary>struct statx: the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(4)]
        internal readonly uint BlockSize;
        [FieldOffset(28)]
        internal readonly ushort Mode;
        [FieldOffset(32)]
        internal readonly ulong Inode;
        [FieldOffset(40)]
        internal readonly ulong Size;
        [FieldOffset(136)]
        internal readonly uint DeviceMajor;
        [FieldOffset(140)]
        internal readonly uint DeviceMinor;
    }
}
