using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk;

/// <summary>The system calls of io_uring(7). The C library offers none of them; their numbers are the same on every architecture of .NET.</summary>
internal static unsafe class LinuxUring
{
    internal const int Interrupted = 4; // EINTR
    internal const int TryAgain = 11; // EAGAIN
    internal const int InvalidArgument = 22; // EINVAL
    internal const int NotSupported = 95; // EOPNOTSUPP
    internal const int Canceled = 125; // ECANCELED

    private const nint SetupNumber = 425;
    private const nint EnterNumber = 426;
    private const uint GetEvents = 1; // IORING_ENTER_GETEVENTS
    private const int ReadAndWrite = 0x1 | 0x2; // PROT_READ | PROT_WRITE
    private const int SharedAndPopulated = 0x01 | 0x8000; // MAP_SHARED | MAP_POPULATE
    private const int CloseOnExec = 0x80000; // EFD_CLOEXEC

    /// <summary>io_uring_setup(2): the descriptor, or -1 with the errno as the last P/Invoke error.</summary>
    internal static int Setup(uint entries, ref UringParameters parameters)
    {
        fixed (UringParameters* address = &parameters) return (int)syscall(SetupNumber, (nint)entries, (nint)address, 0, 0, 0, 0);
    }

    /// <summary>io_uring_enter(2): how many entries were taken, or -1.</summary>
    internal static int Enter(int ring, uint submit, uint wait) =>
        (int)syscall(EnterNumber, ring, (nint)submit, (nint)wait, (nint)GetEvents, 0, 0);

    /// <summary>Maps a part of a ring; null if that was refused.</summary>
    internal static byte* Map(int ring, nuint length, long offset)
    {
        nint address = mmap(0, length, ReadAndWrite, SharedAndPopulated, ring, offset);
        return address == -1 ? null : (byte*)address;
    }

    internal static void Unmap(byte* address, nuint length)
    {
        if (address is not null) _ = munmap((nint)address, length);
    }

    /// <summary>A counter to wait for; invalid if there is none.</summary>
    internal static SafeFileHandle CreateEvent() => new(eventfd(0, CloseOnExec), ownsHandle: true);

    /// <summary>Adds one to the counter. Cannot fail in a way that matters: at the utmost count whoever waits is awake.</summary>
    internal static void Signal(SafeFileHandle handle)
    {
        ulong one = 1;
        while (write(handle, &one, sizeof(ulong)) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern nint syscall(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);

    [DllImport("libc", SetLastError = true)]
    private static extern nint mmap(nint address, nuint length, int protection, int flags, int descriptor, long offset);

    [DllImport("libc", SetLastError = true)]
    private static extern int munmap(nint address, nuint length);

    [DllImport("libc", SetLastError = true)]
    private static extern int eventfd(uint count, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern nint write(SafeFileHandle descriptor, void* buffer, nuint count);
}
