using System;
using System.IO;
#if NET
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
#endif

namespace Scst;

/// <summary>The file system of the host.</summary>
internal sealed class SystemStateFiles : IStateFiles
{
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
#if NET
        File.Move(source, destination, overwrite: true);
#else
        if (File.Exists(destination))
            File.Replace(source, destination, null);
        else
            File.Move(source, destination);
#endif
    }

    public void Delete(string path) => File.Delete(path);

    public void FlushDirectory(string path)
    {
#if NET
        // Windows has no call for it; NTFS keeps its names in a journal, in order.
        if (!OperatingSystem.IsWindows())
            FlushUnixDirectory(path);
#else
        // This build has no call for it. On Windows none is needed. Elsewhere a rename is safe from a crash of the process but
        // not from a loss of power until the file system writes its journal; hosts that need more take the net10.0 build.
#endif
    }

#if NET
    private const int Interrupted = 4;

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
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result;
    }

    private static IOException Failure(string path)
    {
        int error = Marshal.GetLastPInvokeError();
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
#endif

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
