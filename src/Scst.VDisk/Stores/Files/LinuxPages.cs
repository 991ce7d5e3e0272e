using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk;

/// <summary>Mapped pages of a file on Linux. Nothing here reads a mapped byte; only the system does.</summary>
internal sealed class LinuxPages : IPageSource
{
    private const int Read = 1; // PROT_READ
    private const int Write = 2; // PROT_WRITE
    private const int Shared = 1; // MAP_SHARED
    private const int PopulateRead = 22; // MADV_POPULATE_READ, since Linux 5.14
    private const int PopulateWrite = 23; // MADV_POPULATE_WRITE, since Linux 5.14
    private const int InvalidArgument = 22; // EINVAL
    private const int NoSuchCall = 38; // ENOSYS

    private readonly SafeFileHandle _handle;
    private readonly bool _isInMemory;
    private readonly int _protection;

    private LinuxPages(SafeFileHandle handle, bool isInMemory, bool isReadOnly)
    {
        _handle = handle;
        _isInMemory = isInMemory;
        _protection = isReadOnly ? Read : Read | Write;
    }

    /// <summary>For a file; null where the system cannot do it at all.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="isInMemory">Whether its file system is in memory.</param>
    /// <param name="isReadOnly">Whether the file may not be written.</param>
    internal static LinuxPages? TryCreate(SafeFileHandle handle, bool isInMemory, bool isReadOnly)
    {
        // To a reader who may not write the file the system may say of a hole that it is there, and then make it so. On a device
        // that costs a page of cache; in memory it would be room that stays taken.
        bool mayFillHoles = isInMemory && isReadOnly;
        return OperatingSystem.IsLinux() && IntPtr.Size == 8 && !mayFillHoles ? new LinuxPages(handle, isInMemory, isReadOnly) : null;
    }

    public nint Map(long offset, long length)
    {
        nint address = mmap(0, (nuint)length, _protection, Shared, _handle, offset);
        return address == -1 ? 0 : address;
    }

    public void Unmap(nint address, long length) => _ = munmap(address, (nuint)length);

    public PagePresence MakePresent(nint address, long offset, int length, bool forWriting)
    {
        if (!IsInCache(address, length)) return PagePresence.Absent;
        // On a device a hole may have pages in the cache, and would get room by being made writable although nobody writes all of it.
        if (forWriting && !_isInMemory && LinuxFile.HasHole(_handle, offset, length)) return PagePresence.Absent;
        if (madvise(address, (nuint)length, forWriting ? PopulateWrite : PopulateRead) == 0) return PagePresence.Present;
        // EFAULT and EHWPOISON: cut off, full, or broken. The reads and writes that go the other way tell which.
        return Marshal.GetLastPInvokeError() is InvalidArgument or NoSuchCall ? PagePresence.Unsupported : PagePresence.Absent;
    }

    /// <summary>
    /// Whether all pages are in the page cache: populating others would read from the device what nobody asked for, and a hole of a
    /// file in memory, which has no page, would get room.
    /// </summary>
    private static unsafe bool IsInCache(nint address, int length)
    {
        int pages = (length + Environment.SystemPageSize - 1) / Environment.SystemPageSize;
        byte* states = stackalloc byte[pages];
        if (mincore(address, (nuint)length, states) != 0) return false;
        for (int i = 0; i < pages; i++)
        {
            if ((states[i] & 1) == 0) return false;
        }

        return true;
    }

    [DllImport("libc", SetLastError = true)]
    private static extern nint mmap(nint address, nuint length, int protection, int flags, SafeFileHandle descriptor, long offset);

    [DllImport("libc", SetLastError = true)]
    private static extern int munmap(nint address, nuint length);

    [DllImport("libc", SetLastError = true)]
    private static extern int madvise(nint address, nuint length, int advice);

    [DllImport("libc", SetLastError = true)]
    private static extern unsafe int mincore(nint address, nuint length, byte* states);
}
