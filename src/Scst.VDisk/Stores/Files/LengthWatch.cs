using System;
using System.Threading;

namespace Scst.VDisk;

/// <summary>
/// Whether a file that somebody may have cut still has all of its bytes, for those who read through a mapping: whole pages that
/// are gone are an error to them, but the rest of the file's new last page is zeros. Asking the system costs as much as the rest of
/// a short read, so its answer is believed until its coarse clock moves on, which it does every 1 to 10 ms. Writes always ask:
/// one that is believed wrongly would fill what was cut off with zeros.
/// </summary>
internal sealed class LengthWatch
{
    private readonly IFileIo _io;
    private readonly long _length;
    private readonly Func<long> _clock;
    private long _wholeAt = long.MinValue;

    /// <param name="io">The file.</param>
    /// <param name="length">What it should have, in bytes.</param>
    /// <param name="clock">Gives the same number as long as an answer may be believed.</param>
    internal LengthWatch(IFileIo io, long length, Func<long> clock)
    {
        _io = io;
        _length = length;
        _clock = clock;
    }

    /// <summary>Whether the file reaches to <paramref name="end"/>. A file that is too short is asked for each time.</summary>
    /// <exception cref="System.IO.IOException">The system does not say.</exception>
    internal bool Reaches(long end)
    {
        long now = _clock();
        if (Volatile.Read(ref _wholeAt) == now) return true;
        long length = _io.Length;
        if (length >= _length) Volatile.Write(ref _wholeAt, now);
        return length >= end;
    }
}
