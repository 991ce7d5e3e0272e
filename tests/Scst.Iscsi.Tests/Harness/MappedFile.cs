using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Scst.Iscsi.Tests.Harness;

/// <summary>A file of its own whose pages are mapped, all of them present and writable.</summary>
internal sealed partial class MappedFile : IDisposable
{
    private const int Read = 1;

    private readonly FileStream _file;
    private readonly MemoryMappedFile _mapping;
    private readonly MemoryMappedViewAccessor _view;

    public MappedFile(byte[] content)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, 0, FileOptions.DeleteOnClose);
        _file.Write(content);
        _mapping = MemoryMappedFile.CreateFromFile(
            _file, null, content.Length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _mapping.CreateViewAccessor(0, content.Length, MemoryMappedFileAccess.ReadWrite);
        Address = _view.SafeMemoryMappedViewHandle.DangerousGetHandle();
    }

    public nint Address { get; }

    public SafeHandle Handle => _file.SafeFileHandle;

    public long Length => _file.Length;

    /// <summary>Makes pages such that no system call can write them through the mapping, while the file itself can be written.</summary>
    public void Protect(int page, int count = 1)
    {
        var size = Environment.SystemPageSize;
        if (mprotect(Address + (page * size), (nuint)(count * size), Read) != 0)
            throw new IOException("mprotect: " + Marshal.GetLastPInvokeErrorMessage());
    }

    public void Shorten(long length) => _file.SetLength(length);

    /// <summary>What the file holds.</summary>
    public byte[] ReadAt(long offset, int length)
    {
        var bytes = new byte[length];
        var count = RandomAccess.Read(_file.SafeFileHandle, bytes, offset);
        return bytes[..count];
    }

    public void WriteAt(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_file.SafeFileHandle, bytes, offset);

    public void Dispose()
    {
        _view.Dispose();
        _mapping.Dispose();
        _file.Dispose();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mprotect(nint address, nuint length, int protection);
}
