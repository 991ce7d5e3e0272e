using System;
using System.IO;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk;

/// <summary>Direct I/O on Linux: what it demands of an open file, and how it is turned on (open(2), O_DIRECT; statx(2), STATX_DIOALIGN).</summary>
internal static class LinuxDirect
{
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH: the descriptor itself
    private const uint DirectAlignmentMask = 0x2000; // STATX_DIOALIGN, Linux 6.1
    private const int MaskOffset = 0;
    private const int MemoryAlignmentOffset = 152; // stx_dio_mem_align
    private const int OffsetAlignmentOffset = 156; // stx_dio_offset_align
    private const int StatusLength = 256;

    private const int InvalidArgument = 22; // EINVAL
    private const int NotSupported = 95; // EOPNOTSUPP

    private const int GetFlags = 3; // F_GETFL
    private const int SetFlags = 4; // F_SETFL

    /// <summary>No device known to Linux has larger logical blocks than its page, and no page cache smaller pages.</summary>
    private const int SafeAlignment = 4096;

    private static int DirectFlag => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.Arm or Architecture.Arm64 or Architecture.Armv6 => 0x10000,
        Architecture.Ppc64le => 0x20000,
        _ => 0x4000,
    };

    /// <summary>From now on reads and writes of the file go by the page cache. False, with the errno, where it refuses.</summary>
    internal static bool TryEnable(SafeFileHandle handle)
    {
        int flags = fcntl(handle, GetFlags, 0);
        return flags >= 0 && fcntl(handle, SetFlags, flags | DirectFlag) == 0;
    }

    /// <summary>What direct I/O demands of the file; null where the file system says that it would be none.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="fallback">What to believe of a kernel that does not tell; 0 for what serves everywhere.</param>
    internal static DirectAlignment? AlignmentOf(SafeFileHandle handle, int fallback)
    {
        Span<byte> status = stackalloc byte[StatusLength];
        status.Clear();
        bool isTold = TryGetStatus(handle, status) && (MemoryMarshal.Read<uint>(status[MaskOffset..]) & DirectAlignmentMask) != 0;
        int unit = fallback > 0 ? fallback : SafeAlignment;
        return isTold
            ? Told(MemoryMarshal.Read<uint>(status[MemoryAlignmentOffset..]), MemoryMarshal.Read<uint>(status[OffsetAlignmentOffset..]))
            : new DirectAlignment(unit, unit);
    }

    /// <summary>Both are zero where reads and writes would go through the page cache all the same.</summary>
    internal static DirectAlignment? Told(uint memory, uint offset) =>
        BitOperations.IsPow2(memory) && BitOperations.IsPow2(offset) && memory <= 1 << 20 && offset <= 1 << 20
            ? new DirectAlignment((int)memory, (int)offset)
            : null;

    /// <summary>Reads the first block.</summary>
    /// <exception cref="IOException">That failed; see <see cref="IsRefusal"/>.</exception>
    internal static unsafe void Try(SafeFileHandle handle, DirectAlignment alignment)
    {
        void* block = NativeMemory.AlignedAlloc((nuint)alignment.Offset, (nuint)Math.Max(alignment.Memory, sizeof(nint)));
        try
        {
            RandomAccess.Read(handle, new Span<byte>(block, alignment.Offset), 0);
        }
        finally
        {
            NativeMemory.AlignedFree(block);
        }
    }

    /// <summary>Whether direct I/O failed because it is direct.</summary>
    internal static bool IsRefusal(IOException e) => e.HResult is InvalidArgument or NotSupported;

    private static bool TryGetStatus(SafeFileHandle handle, Span<byte> status)
    {
        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            byte noPath = 0;
            return statx((int)handle.DangerousGetHandle(), in noPath, EmptyPath, DirectAlignmentMask, ref MemoryMarshal.GetReference(status)) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        finally
        {
            if (isHeld) handle.DangerousRelease();
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int fcntl(SafeFileHandle descriptor, int command, int argument);

    [DllImport("libc", SetLastError = true)]
    private static extern int statx(int directory, in byte path, int flags, uint mask, ref byte status);
}
