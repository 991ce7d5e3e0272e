using System.Threading;

namespace Scst.VDisk;

/// <summary>
/// One mapped part of a file. Loans count themselves in and out without a lock; a window that was closed stays mapped until the
/// last of them is back.
/// </summary>
internal sealed class FileWindow
{
    /// <summary>Set in the count when closed; far above any number of loans.</summary>
    private const int Closed = 1 << 30;

    private readonly IPageSource _source;
    private readonly long _length;
    private readonly long[] _present;
    private readonly long[] _writable;
    private nint _address;
    private int _count;

    internal FileWindow(IPageSource source, nint address, long length)
    {
        _source = source;
        _address = address;
        _length = length;
        _present = new long[(length >> FileWindows.ChunkShift >> 6) + 1];
        _writable = new long[_present.Length];
    }

    /// <summary>Where it is mapped; for those that are inside.</summary>
    internal nint Address => _address;

    /// <summary>Changes whenever marks are taken away, so that none is set that was due before.</summary>
    internal int Epoch { get; private set; }

    /// <summary>Whether it was used since somebody looked for one to let go of.</summary>
    internal bool IsUsed { get; set; }

    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) < Closed) return true;
        Leave();
        return false;
    }

    internal void Leave()
    {
        if (Interlocked.Decrement(ref _count) == Closed) Unmap();
    }

    /// <summary>Lets go of the window if nobody is inside.</summary>
    internal bool TryCloseIdle()
    {
        if (Interlocked.CompareExchange(ref _count, Closed, 0) != 0) return false;
        Unmap();
        return true;
    }

    /// <summary>Lets nobody in any more.</summary>
    internal void Close()
    {
        if (Interlocked.Or(ref _count, Closed) == 0) Unmap();
    }

    internal bool IsMarked(int chunk, bool forWriting)
    {
        long[] marks = forWriting ? _writable : _present;
        return (Volatile.Read(ref marks[chunk >> 6]) & (1L << chunk)) != 0;
    }

    /// <summary>Marks a chunk; under the lock of the windows, as is <see cref="Clear"/>. What can be written can be read.</summary>
    internal void Mark(int chunk, bool forWriting)
    {
        Volatile.Write(ref _present[chunk >> 6], _present[chunk >> 6] | (1L << chunk));
        if (forWriting) Volatile.Write(ref _writable[chunk >> 6], _writable[chunk >> 6] | (1L << chunk));
    }

    internal void Clear(int first, int last)
    {
        Epoch++;
        for (int chunk = first; chunk <= last; chunk++)
        {
            Volatile.Write(ref _present[chunk >> 6], _present[chunk >> 6] & ~(1L << chunk));
            Volatile.Write(ref _writable[chunk >> 6], _writable[chunk >> 6] & ~(1L << chunk));
        }
    }

    private void Unmap()
    {
        // A late visitor that is turned away passes here once more.
        nint address = Interlocked.Exchange(ref _address, 0);
        if (address != 0) _source.Unmap(address, _length);
    }
}
