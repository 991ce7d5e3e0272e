using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk;

/// <summary>Turns direct I/O on for an open file or device, or tells clearly why there is none.</summary>
internal static class DirectOpener
{
    /// <summary>Turns it on.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="path">Its path, for what is thrown.</param>
    /// <param name="length">The length in bytes that it has or will have.</param>
    /// <param name="fallback">The alignment to believe in where the kernel tells none; 0 for what serves everywhere.</param>
    /// <exception cref="FileStoreOpenException">The file system, or the length, does not admit it.</exception>
    internal static DirectAlignment Enable(SafeFileHandle handle, string path, long length, int fallback = 0)
    {
        if (!OperatingSystem.IsLinux() || IntPtr.Size != 8) throw Refusal("direct I/O is offered on 64-bit Linux only.");
        if (LinuxDirect.AlignmentOf(handle, fallback) is not { } alignment || !LinuxDirect.TryEnable(handle))
            throw Refusal("direct I/O is not offered by what holds it.");
        if (length % alignment.Offset != 0)
        {
            throw new FileStoreOpenException(
                FileStoreOpenError.NotAligned, path, $"{length} bytes are not a multiple of the {alignment.Offset} that direct I/O demands.");
        }

        return alignment;

        FileStoreOpenException Refusal(string why) => new(FileStoreOpenError.DirectNotSupported, path, why);
    }

    /// <summary>The calls on a file with direct I/O, through io_uring where that is wanted and the kernel lets us.</summary>
    internal static AlignedFileIo Over(IFileIo io, SafeFileHandle handle, string path, DirectAlignment alignment, FileStoreOptions options) =>
        new(io, alignment, ring: options.IoUring ? TryMakeRing(handle, path, alignment, options) : null);

    /// <summary>Reads the first block: some refuse only then.</summary>
    /// <exception cref="FileStoreOpenException">It was refused.</exception>
    internal static void Try(SafeFileHandle handle, string path, DirectAlignment alignment)
    {
        try
        {
            LinuxDirect.Try(handle, alignment);
        }
        catch (IOException e) when (LinuxDirect.IsRefusal(e))
        {
            throw new FileStoreOpenException(FileStoreOpenError.DirectNotSupported, path, $"direct I/O is refused: {e.Message}", e);
        }
        catch (IOException)
        {
            // A bad block is no reason not to serve the others.
        }
    }

    private static IFileRing? TryMakeRing(SafeFileHandle handle, string path, DirectAlignment alignment, FileStoreOptions options)
    {
        try
        {
            return options.MakeRing(handle, alignment.Memory);
        }
        catch (IOException e)
        {
            options.LoggerFactory.CreateLogger(Log.Category).RingRefused(path, e.Message, e.HResult);
            return null;
        }
    }
}
