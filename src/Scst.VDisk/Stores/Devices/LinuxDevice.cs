using System;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk;

/// <summary>The system calls on a Linux block device that the class library does not offer.</summary>
internal sealed class LinuxDevice : IDeviceQueries
{
    private const int ReadWrite = 0x02; // O_RDWR
    private const int Exclusive = 0x80; // O_EXCL: without O_CREAT, on a block device, it is refused while mounted or so opened
    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const uint Group = 0x1200; // _IO(0x12, ...)
    private const int SeekEnd = 2; // SEEK_END

    private readonly SafeFileHandle _handle;

    internal LinuxDevice(SafeFileHandle handle) => _handle = handle;

    // The bits for "no data" of _IO are zero but on this one (asm/ioctl.h).
    private static uint NoData => RuntimeInformation.ProcessArchitecture == Architecture.Ppc64le ? 0x2000_0000u : 0;

    /// <summary>Opens a device for this process alone; an invalid handle, with the errno as the last P/Invoke error, if that fails.</summary>
    internal static SafeFileHandle Open(string path, bool isReadOnly)
    {
        byte[] nativePath = Encoding.UTF8.GetBytes(path + '\0');
        int flags = Exclusive | CloseOnExec | (isReadOnly ? 0 : ReadWrite);
        return new SafeFileHandle(open(ref MemoryMarshal.GetArrayDataReference(nativePath), flags), ownsHandle: true);
    }

    /// <summary>The size of a device in bytes, which is not where its name says it; -1 if it cannot be told.</summary>
    internal static long LengthOf(SafeFileHandle handle) => lseek(handle, 0, SeekEnd);

    public long? Ask(DeviceQuery query)
    {
        // Most write an int, some a short, none more than a long: the rest stays zero.
        long answer = 0;
        if (ioctl(_handle, NoData | Group | (uint)query, ref answer) != 0) return null;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in answer));
        return query is DeviceQuery.MaxSectors or DeviceQuery.Rotational ? MemoryMarshal.Read<ushort>(bytes) : MemoryMarshal.Read<int>(bytes);
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int open(ref byte path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int ioctl(SafeFileHandle descriptor, nuint request, ref long argument);

    [DllImport("libc", SetLastError = true)]
    private static extern long lseek(SafeFileHandle descriptor, long offset, int whence);
}
