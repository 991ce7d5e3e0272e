using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk;

/// <summary>Everything that can go wrong before there is a store on a block device, told clearly.</summary>
internal static class DeviceOpener
{
    private const int NotPermitted = 1; // EPERM
    private const int AccessDenied = 13; // EACCES
    private const int ReadOnlyFileSystem = 30; // EROFS

    /// <summary>Opens it.</summary>
    /// <param name="path">Where its node is.</param>
    /// <param name="options">How.</param>
    /// <param name="length">Its size in bytes.</param>
    /// <param name="isReadOnly">Whether it may only be read, by the options or of its own.</param>
    internal static IFileIo Open(string path, FileStoreOptions options, out long length, out bool isReadOnly)
    {
        RefuseWhatIsNoDevice(path);
        SafeFileHandle handle = OpenHandle(path, options.ReadOnly);
        try
        {
            var device = new LinuxDevice(handle);
            isReadOnly = options.ReadOnly || device.Ask(DeviceQuery.ReadOnly) is not (null or 0);
            length = LinuxDevice.LengthOf(handle);
            CheckLength(path, options, length);
            var io = new DeviceIo(handle, DeviceLimits.Of(device), isReadOnly);
            if (!options.Direct) return io;
            DirectAlignment alignment = DirectOpener.Enable(handle, path, length, DeviceLimits.LogicalBlock(device));
            DirectOpener.Try(handle, path, alignment);
            return DirectOpener.Over(io, handle, path, alignment, options);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static void RefuseWhatIsNoDevice(string path)
    {
        if (!OperatingSystem.IsLinux() || IntPtr.Size != 8) throw Refusal("block devices are served on 64-bit Linux only.");
        if (!LinuxFile.TryGetStatus(Encoding.UTF8.GetBytes(path + '\0'), out LinuxFileStatus status)) throw SystemRefusal(path);
        if (!status.IsBlockDevice) throw Refusal("it is not a block device.");

        FileStoreOpenException Refusal(string why) => new(FileStoreOpenError.NotADevice, path, why);
    }

    private static SafeFileHandle OpenHandle(string path, bool isReadOnly)
    {
        SafeFileHandle handle = LinuxDevice.Open(path, isReadOnly);
        if (!handle.IsInvalid) return handle;
        bool isDenied = Marshal.GetLastPInvokeError() is NotPermitted or AccessDenied or ReadOnlyFileSystem;
        if (isReadOnly || !isDenied) throw SystemRefusal(path);
        FileStoreOpenException refusal = SystemRefusal(path);
        // Some drivers refuse to open for writing what may not be written; that is no reason not to read it.
        handle = LinuxDevice.Open(path, isReadOnly: true);
        if (!handle.IsInvalid && new LinuxDevice(handle).Ask(DeviceQuery.ReadOnly) is not (null or 0)) return handle;
        handle.Dispose();
        throw refusal;
    }

    private static void CheckLength(string path, FileStoreOptions options, long length)
    {
        if (length <= 0)
            throw new FileStoreOpenException(FileStoreOpenError.Empty, path, "it has 0 bytes: there is no medium.");
        if (options.Size is long size && size != length)
            throw new FileStoreOpenException(FileStoreOpenError.SizeMismatch, path, $"it has {length} bytes where {size} were asked for.");
        if (length % StoreRange.SectorSize != 0)
            throw new FileStoreOpenException(FileStoreOpenError.NotSectorMultiple, path, $"its {length} bytes are not a multiple of {StoreRange.SectorSize}.");
    }

    private static FileStoreOpenException SystemRefusal(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        var cause = new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        return new FileStoreOpenException(FileErrors.ToOpenError(cause), path, cause.Message, cause);
    }
}
