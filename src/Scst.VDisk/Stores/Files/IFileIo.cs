using System;

namespace Scst.VDisk;

/// <summary>
/// The system calls of a <see cref="FileStore"/> on one open file. They block, may overlap, and fail with the exceptions that
/// <see cref="System.IO.RandomAccess"/> throws.
/// </summary>
internal interface IFileIo : IDisposable
{
    /// <summary>Where the file ends at the moment, in bytes.</summary>
    long Length { get; }

    /// <summary>Reads up to destination.Length bytes; 0 at the end of the file.</summary>
    int Read(long offset, Span<byte> destination);

    /// <summary>Reads up to destination.Length bytes if that needs no waiting for a device.</summary>
    /// <returns>
    /// Bytes, which may be fewer than asked for; 0 at the end of the file; or -1: it would wait, or fail, or nobody can tell, so
    /// <see cref="Read"/> is to be called where waiting is allowed.
    /// </returns>
    int TryReadNow(long offset, Span<byte> destination);

    /// <summary>Whether a write never waits for a device, because there is none: the file is in memory.</summary>
    bool IsInMemory { get; }

    /// <summary>What is known of the medium.</summary>
    MediumLimits Limits => MediumLimits.OfPageCache;

    /// <summary>How holes are made; null where that cannot be.</summary>
    IHolePuncher? Holes => null;

    /// <summary>Where holes are; null where nobody tells.</summary>
    IHoleMap? HoleMap => null;

    /// <summary>How the file's pages are mapped; null where that cannot be.</summary>
    IPageSource? Pages => null;

    /// <summary>Another way for reads and writes; null where there is none. Belongs to this object.</summary>
    IFileRing? Ring => null;

    /// <summary>Writes all bytes, in as many system calls as that takes.</summary>
    void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>Brings what has been written to stable storage.</summary>
    void Flush();

    /// <summary>Looks whether the path still leads to this file and whether it has at least <paramref name="length"/> bytes.</summary>
    FileIdentity Inspect(long length);
}
