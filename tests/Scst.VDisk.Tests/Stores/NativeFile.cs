using System;
using System.Runtime.InteropServices;

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

    private static string Refusal(string call) => $"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.";

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int truncate(string path, long length);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int mount(string source, string target, string type, nuint flags, string? data);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int umount2(string target, int flags);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int mkfifo(string path, uint mode);
}
