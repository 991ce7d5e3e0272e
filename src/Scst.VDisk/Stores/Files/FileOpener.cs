using System;
using System.IO;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk;

/// <summary>Everything that can go wrong before a <see cref="FileStore"/> exists, told clearly.</summary>
internal static class FileOpener
{
    internal static IFileIo Open(string path, FileStoreOptions options, out long length)
    {
        RefuseWhatIsNoFile(path);
        SafeFileHandle? handle = null;
        bool isCreated = false;
        try
        {
            handle = OpenHandle(path, options, out isCreated);
            length = RandomAccess.GetLength(handle);
            // Before the file grows: what is refused is not changed.
            long goal = length == 0 && options.Size is long wanted ? wanted : length;
            DirectAlignment? alignment = options.Direct ? DirectOpener.Enable(handle, path, goal) : null;
            if (length == 0 && options is { Size: long size, ReadOnly: false })
            {
                RandomAccess.SetLength(handle, size);
                RandomAccess.FlushToDisk(handle);
                MakeNameDurable(path);
                length = RandomAccess.GetLength(handle);
            }

            CheckLength(path, options, length);
            if (alignment is { } tried) DirectOpener.Try(handle, path, tried);
            var io = new SystemFileIo(handle, path, options.ReadOnly);
            return alignment is { } demanded ? DirectOpener.Over(io, handle, path, demanded, options) : io;
        }
        catch (Exception e)
        {
            Discard(handle, isCreated ? path : null);
            if (e is FileStoreOpenException || !FileErrors.IsFromSystem(e)) throw;
            throw new FileStoreOpenException(FileErrors.ToOpenError(e), path, e.Message, e);
        }
    }

    private static SafeFileHandle OpenHandle(string path, FileStoreOptions options, out bool isCreated)
    {
        isCreated = false;
        FileAccess access = options.ReadOnly ? FileAccess.Read : FileAccess.ReadWrite;
        // On Unix every mode but None takes a shared lock, under which two writers would fit (flock(2)); on Windows Read keeps
        // writers out and lets a backup in.
        FileShare share = options.ReadOnly || OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
        // No advice on how it will be read: RandomAccess turns read-ahead off (POSIX_FADV_RANDOM), without which sequential reads of what
        // is not in the page cache have a fifth of their rate.
        try
        {
            return File.OpenHandle(path, FileMode.Open, access, share, FileOptions.None);
        }
        catch (FileNotFoundException) when (options is { Size: not null, ReadOnly: false })
        {
            SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, access, share, FileOptions.None);
            isCreated = true;
            return handle;
        }
    }

    private static void Discard(SafeFileHandle? handle, string? created)
    {
        // Where an open file can be deleted, it is deleted under the lock: without it, it might be somebody else's already.
        bool afterwards = OperatingSystem.IsWindows();
        if (created is not null && !afterwards) File.Delete(created);
        handle?.Dispose();
        if (created is not null && afterwards) File.Delete(created);
    }

    private static void RefuseWhatIsNoFile(string path)
    {
        // Before opening: opening a pipe waits for its other end. What is swapped in between fails on its length.
        bool isOther = Directory.Exists(path)
            || (LinuxFile.TryGetStatus(Encoding.UTF8.GetBytes(path + '\0'), out LinuxFileStatus status) && !status.IsRegularFile);
        if (isOther) throw new FileStoreOpenException(FileStoreOpenError.NotAFile, path, "it is not a regular file.");
    }

    private static void CheckLength(string path, FileStoreOptions options, long length)
    {
        if (options.Size is long size && size != length)
        {
            throw new FileStoreOpenException(
                FileStoreOpenError.SizeMismatch, path, $"it has {length} bytes where {size} were asked for; a disk is not resized by opening it.");
        }

        if (length == 0)
            throw new FileStoreOpenException(FileStoreOpenError.Empty, path, "it has 0 bytes; give a size to make a disk of it.");
        if (length % StoreRange.SectorSize != 0)
        {
            throw new FileStoreOpenException(
                FileStoreOpenError.NotSectorMultiple, path, $"its {length} bytes are not a multiple of {StoreRange.SectorSize}.");
        }
    }

    /// <summary>A new file survives a power loss only with its entry in the directory. Windows journals that itself.</summary>
    private static void MakeNameDurable(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        string directory = Path.GetDirectoryName(path) ?? "/";
        if (!LinuxFile.TrySynchronizeDirectory(directory))
            throw new IOException($"The directory '{directory}' could not be flushed.", System.Runtime.InteropServices.Marshal.GetLastPInvokeError());
    }
}
