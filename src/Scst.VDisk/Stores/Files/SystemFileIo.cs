using System;
using System.IO;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk;

/// <summary>The real system calls.</summary>
internal sealed class SystemFileIo : IFileIo, IHolePuncher, IHoleMap
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;
    // With the terminating zero, so that looking at the name allocates nothing.
    private readonly byte[] _nativePath;
    private readonly LinuxFileStatus? _opened;
    private readonly bool _canReadNow;
    private readonly bool _canPunchHoles;
    private readonly bool _isReadOnly;

    internal SystemFileIo(SafeFileHandle handle, string path, bool isReadOnly)
    {
        _handle = handle;
        _path = path;
        _isReadOnly = isReadOnly;
        _nativePath = Encoding.UTF8.GetBytes(path + '\0');
        if (LinuxFile.TryGetStatus(handle, out LinuxFileStatus status))
        {
            _opened = status;
            HoleGranularity = Math.Max(StoreRange.SectorSize, status.BlockSize);
        }

        IsInMemory = LinuxFile.IsInMemory(handle);
        _canReadNow = !IsInMemory && LinuxFile.CanReadNow(handle);
        _canPunchHoles = !isReadOnly && _opened is not null && LinuxFile.CanPunchHoles(handle, HoleGranularity);
    }

    public IHolePuncher? Holes => _canPunchHoles ? this : null;

    public IHoleMap? HoleMap => Holes is null ? null : this;

    public long HoleGranularity { get; } = 4096;

    public long Length => RandomAccess.GetLength(_handle);

    public bool IsInMemory { get; }

    public IPageSource? Pages => LinuxPages.TryCreate(_handle, IsInMemory, _isReadOnly);

    public int TryReadNow(long offset, Span<byte> destination)
    {
        // Such a file system does not know the question, and needs not.
        if (IsInMemory) return RandomAccess.Read(_handle, destination, offset);
        return _canReadNow ? LinuxFile.ReadNow(_handle, offset, destination) : -1;
    }

    public int Read(long offset, Span<byte> destination) => RandomAccess.Read(_handle, destination, offset);

    public void Write(long offset, ReadOnlySpan<byte> source) => RandomAccess.Write(_handle, source, offset);

    public void PunchHole(long offset, long length)
    {
        // Behind the end there is nothing to lose, and only a whole block is freed.
        long rest = (offset + length) % HoleGranularity;
        if (rest != 0 && offset + length == Length) length += HoleGranularity - rest;
        if (!LinuxFile.TryPunchHole(_handle, offset, length)) throw LinuxFile.LastError();
    }

    public bool IsMapped(long offset, out long end)
    {
        if (!LinuxFile.TryFindMapping(_handle, offset, out bool isMapped, out end)) throw LinuxFile.LastError();
        return isMapped;
    }

    public void Flush()
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(_handle);
            return;
        }

        // Times of modification are not worth a commit of the file system's journal at each flush; all that is needed to read the
        // bytes back, the size included, is covered (fdatasync(2)).
        if (!LinuxFile.TrySynchronizeData(_handle)) throw LinuxFile.LastError();
    }

    public FileIdentity Inspect(long length)
    {
        if (_opened is LinuxFileStatus opened)
        {
            if (!LinuxFile.TryGetStatus(_nativePath, out LinuxFileStatus named) || !named.IsSameFileAs(opened))
                return FileIdentity.Elsewhere;
            return named.Size < length ? FileIdentity.Shortened : FileIdentity.Same;
        }

        if (!File.Exists(_path)) return FileIdentity.Elsewhere;
        return RandomAccess.GetLength(_handle) < length ? FileIdentity.Shortened : FileIdentity.Same;
    }

    public void Dispose() => _handle.Dispose();
}
