using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk;

/// <summary>The real system calls on a block device.</summary>
internal sealed class DeviceIo : IFileIo
{
    private readonly SafeFileHandle _handle;
    private readonly bool _isReadOnly;
    private readonly bool _canReadNow;

    internal DeviceIo(SafeFileHandle handle, MediumLimits limits, bool isReadOnly)
    {
        _handle = handle;
        _isReadOnly = isReadOnly;
        Limits = limits;
        _canReadNow = LinuxFile.CanReadNow(handle);
    }

    public MediumLimits Limits { get; }

    /// <summary>None: whether a hole in a device frees anything is not known.</summary>
    public IHolePuncher? Holes => null;

    public long Length => LinuxDevice.LengthOf(_handle) is >= 0 and var length ? length : throw LinuxFile.LastError();

    public bool IsInMemory => false;

    public IPageSource? Pages => LinuxPages.TryCreate(_handle, isInMemory: false, _isReadOnly);

    public int TryReadNow(long offset, Span<byte> destination) => _canReadNow ? LinuxFile.ReadNow(_handle, offset, destination) : -1;

    public int Read(long offset, Span<byte> destination) => RandomAccess.Read(_handle, destination, offset);

    public void Write(long offset, ReadOnlySpan<byte> source) => RandomAccess.Write(_handle, source, offset);

    /// <summary>What the page cache holds of the device, and then the device's own cache.</summary>
    public void Flush()
    {
        if (!LinuxFile.TrySynchronizeData(_handle)) throw LinuxFile.LastError();
    }

    /// <summary>The bytes are those of the device and not of its name, which may come and go.</summary>
    public FileIdentity Inspect(long length) => Length < length ? FileIdentity.Shortened : FileIdentity.Same;

    public void Dispose() => _handle.Dispose();
}
