using System;
using System.IO;

namespace Scst.VDisk.Tests;

/// <summary>The real system calls, counted, some of which a test may have fail.</summary>
internal sealed class WatchedFileIo : IFileIo
{
    private readonly IFileIo _io;

    internal WatchedFileIo(IFileIo io) => _io = io;

    internal int Flushes { get; private set; }

    internal int Writes { get; private set; }

    internal bool FailsFlushes { get; set; }

    public IHolePuncher? Holes => _io.Holes;

    public IHoleMap? HoleMap => _io.HoleMap;

    public long Length => _io.Length;

    public bool IsInMemory => _io.IsInMemory;

    public IPageSource? Pages => _io.Pages;

    public int Read(long offset, Span<byte> destination) => _io.Read(offset, destination);

    public int TryReadNow(long offset, Span<byte> destination) => _io.TryReadNow(offset, destination);

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        Writes++;
        _io.Write(offset, source);
    }

    public void Flush()
    {
        Flushes++;
        if (FailsFlushes) throw new IOException("injected", 5); // EIO
        _io.Flush();
    }

    public FileIdentity Inspect(long length) => _io.Inspect(length);

    public void Dispose() => _io.Dispose();
}
