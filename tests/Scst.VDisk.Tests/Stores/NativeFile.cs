using System;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk.Tests;

/// <summary>System calls that tests need to harm a file or to bring a file system of their own; each answers why not, or null.</summary>
internal static class NativeFile
{
    internal static string? Truncate(string path, long length)
    {
        if (OperatingSystem.IsWindows()) return "Windows lets nobody cut a file that is open.";
        return truncate(path, length) == 0 ? null : Refusal(nameof(truncate));
    }

    internal static string? MountTmpfs(string directory, string options)
    {
        if (!OperatingSystem.IsLinux()) return "A file system of a given size is mounted on Linux only.";
        return mount("none", directory, "tmpfs", 0, options) == 0 ? null : Refusal(nameof(mount));
    }

    internal static string? RemountReadOnly(string directory) =>
        mount("none", directory, "tmpfs", 0x21, null) == 0 ? null : Refusal(nameof(mount)); // MS_REMOUNT | MS_RDONLY

    internal static string? Unmount(string directory) => umount2(directory, 0) == 0 ? null : Refusal(nameof(umount2));

    internal static string? MakePipe(string path)
    {
        if (OperatingSystem.IsWindows()) return "Windows has no pipes in directories.";
        return mkfifo(path, 0x180) == 0 ? null : Refusal(nameof(mkfifo)); // 0600
    }

    /// <summary>Room that a file takes, in units of 512 bytes.</summary>
    internal static long Blocks(string path)
    {
        // struct statx: stx_blocks is at 48, the same on every architecture.
        byte[] status = new byte[256];
        if (statx(-100, path, 0, 0x7FF, status) != 0) throw new InvalidOperationException(Refusal(nameof(statx)));
        return BitConverter.ToInt64(status, 48);
    }

    /// <summary>Has the system read a mapped address, as a transport does.</summary>
    /// <returns>The bytes, or null where it cannot (EFAULT).</returns>
    internal static byte[]? Send(nint address, int length)
    {
        using var copy = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.DeleteOnClose);
        for (int sent = 0; sent < length;)
        {
            nint count = pwrite(copy.SafeFileHandle, address + sent, (nuint)(length - sent), sent);
            if (count < 0 && Marshal.GetLastPInvokeError() == 14) return null; // EFAULT
            if (count <= 0) throw new InvalidOperationException(Refusal(nameof(pwrite)));
            sent += (int)count;
        }

        byte[] bytes = new byte[length];
        RandomAccess.Read(copy.SafeFileHandle, bytes, 0);
        return bytes;
    }

    /// <summary>Has the system write bytes to a mapped address, as a transport does.</summary>
    /// <returns>How many were written before it could not go on (EFAULT).</returns>
    internal static int Receive(nint address, byte[] bytes)
    {
        using var wire = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.DeleteOnClose);
        RandomAccess.Write(wire.SafeFileHandle, bytes, 0);
        int received = 0;
        while (received < bytes.Length)
        {
            nint count = pread(wire.SafeFileHandle, address + received, (nuint)(bytes.Length - received), received);
            if (count < 0 && Marshal.GetLastPInvokeError() == 14) break; // EFAULT
            if (count <= 0) throw new InvalidOperationException(Refusal(nameof(pread)));
            received += (int)count;
        }

        return received;
    }

    private static string Refusal(string call) => $"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.";

    [DllImport("libc", SetLastError = true)]
    private static extern nint pread(SafeFileHandle descriptor, nint buffer, nuint count, long offset);

    [DllImport("libc", SetLastError = true)]
    private static extern nint pwrite(SafeFileHandle descriptor, nint buffer, nuint count, long offset);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int statx(int directory, string path, int flags, uint mask, byte[] status);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int truncate(string path, long length);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int mount(string source, string target, string type, nuint flags, string? data);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int umount2(string target, int flags);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int mkfifo(string path, uint mode);
}
