using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Scst.VDisk.Tests;

/// <summary>A file that demands what direct I/O does of a transfer, and says EINVAL (22) to any other.</summary>
internal sealed class DemandingFileIo : IFileIo
{
    private readonly FakeFileIo _file;
    private readonly DirectAlignment _alignment;

    internal DemandingFileIo(FakeFileIo file, DirectAlignment alignment)
    {
        _file = file;
        _alignment = alignment;
    }

    public IHolePuncher? Holes => _file.Holes;

    public IHoleMap? HoleMap => _file.HoleMap;

    public long Length => _file.Length;

    public bool IsInMemory => _file.IsInMemory;

    public int TryReadNow(long offset, Span<byte> destination) => throw new InvalidOperationException("Direct I/O has no cache to look into.");

    public int Read(long offset, Span<byte> destination)
    {
        Demand(offset, destination);
        return _file.Read(offset, destination);
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        Demand(offset, source);
        _file.Write(offset, source);
    }

    public void Flush() => _file.Flush();

    public FileIdentity Inspect(long length) => _file.Inspect(length);

    public void Dispose() => _file.Dispose();

    private void Demand(long offset, ReadOnlySpan<byte> memory)
    {
        // Whoever calls the system has pinned it.
        nint address = Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref MemoryMarshal.GetReference(memory));
        if (address % _alignment.Memory != 0 || offset % _alignment.Offset != 0 || memory.Length % _alignment.Offset != 0)
            throw FakeFileIo.Failure(22);
    }
}
