using System;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace Scst;

/// <summary>The file system of the host.</summary>
internal sealed class SystemStateFiles : IStateFiles
{
    private const int Interrupted = 4;
    private const int MoveReplaceExisting = 1;
    private const int MoveWriteThrough = 8;

    private static readonly bool _isWindows = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public IDisposable Lock(string path) => new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    public byte[]? Read(string path, int limit)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var bytes = new byte[(int)Math.Min(file.Length, limit + 1L)];
            int count = 0;
            while (count < bytes.Length)
            {
                int read = file.Read(bytes, count, bytes.Length - count);
                if (read == 0)
                    throw new EndOfStreamException();
                count += read;
            }
            return bytes;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public IStateFile Create(string path) => new SystemStateFile(path);

    public void Replace(string source, string destination)
    {
        if (_isWindows)
            ReplaceOnWindows(source, destination);
        else
            ReplaceOnUnix(source, destination);
    }

    public void Delete(string path) => File.Delete(path);

    public void FlushDirectory(string path)
    {
        // Windows has no call for it; there the rename itself is on the disk when it returns.
        if (!_isWindows)
            FlushUnixDirectory(path);
    }

    private static void ReplaceOnWindows(string source, string destination)
    {
        if (!MoveFileEx(source, destination, MoveReplaceExisting | MoveWriteThrough))
            throw Failure(destination);
    }

    private static void ReplaceOnUnix(string source, string destination)
    {
        if (Retry(() => Rename(Encoding.UTF8.GetBytes(source + "\0"), Encoding.UTF8.GetBytes(destination + "\0"))) != 0)
            throw Failure(destination);
    }

    private static void FlushUnixDirectory(string path)
    {
        int descriptor = Retry(() => Open(Encoding.UTF8.GetBytes(path + "\0"), 0));
        if (descriptor < 0)
            throw Failure(path);
        try
        {
            if (Retry(() => Fsync(descriptor)) != 0)
                throw Failure(path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static int Retry(Func<int> call)
    {
        int result;
        do
        {
            result = call();
        }
        while (result < 0 && Marshal.GetLastWin32Error() == Interrupted);
        return result;
    }

    private static IOException Failure(string path)
    {
        int error = Marshal.GetLastWin32Error();
        return new IOException($"{path}: {new Win32Exception(error).Message}", error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rename(byte[] source, byte[] destination);

    [DllImport("kernel32.dll", EntryPoint = "MoveFileExW", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool MoveFileEx(string source, string destination, int flags);

    private sealed class SystemStateFile : IStateFile
    {
        private readonly FileStream _file;

        // Without a buffer of its own, so that a write is a write when it is made.
        internal SystemStateFile(string path) => _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);

        public void Write(byte[] bytes) => _file.Write(bytes, 0, bytes.Length);

        public void Flush() => _file.Flush(flushToDisk: true);

        public void Dispose() => _file.Dispose();
    }
}
