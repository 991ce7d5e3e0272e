using System;
using System.Threading;

namespace Scst.VDisk;

/// <summary>
/// Lends a file's pages out of mapped windows. Lending waits for nothing and takes no lock: it looks at marks, which say that a
/// chunk of pages was mapped, for reading or for writing. What is not marked is not lent but noted, at once or when it was written,
/// and looked at on another thread.
/// </summary>
/// <remarks>
/// A mark is a promise of speed, not of correctness: pages that the system has taken back since, or that were cut off, are met by
/// the system call that reads or writes them. Of windows there is a bounded number; an idle one gives way.
/// </remarks>
internal sealed class FileWindows : IThreadPoolWorkItem
{
    /// <summary>64 KiB: what is marked as one.</summary>
    internal const int ChunkShift = 16;

    /// <summary>256 MiB: what is mapped as one. No loan crosses the border of two.</summary>
    internal const int WindowShift = 28;

    private const int ChunkSize = 1 << ChunkShift;
    private const long WindowSize = 1L << WindowShift;
    private const int ChunksPerWindowShift = WindowShift - ChunkShift;

    /// <summary>32 GiB of addresses, and 64 MiB of page tables at most.</summary>
    private const int MostWindows = 128;

    /// <summary>A file of more is not worth the table.</summary>
    private const int LargestTable = 1 << 20;

    /// <summary>How many wishes are kept; what finds its place taken is dropped, and wished for again by the next read.</summary>
    private const int Wishes = 64;

    private const int LongestPause = 255;

    private readonly Lock _lock = new();
    private readonly IPageSource _source;
    private readonly Action<IThreadPoolWorkItem> _schedule;
    private readonly FileWindow?[] _windows;
    private readonly int _most;
    private readonly long[] _wishes = new long[Wishes];
    private readonly long _length;
    private int _mapped;
    private int _hand;
    private int _isScheduled;
    private int _pause;
    private int _skipped;
    private bool _isOff;
    private bool _cannotWrite;

    private FileWindows(IPageSource source, long length, Action<IThreadPoolWorkItem> schedule, int most)
    {
        _source = source;
        _length = length;
        _schedule = schedule;
        _most = most;
        _windows = new FileWindow?[(int)((length + WindowSize - 1) >> WindowShift)];
    }

    /// <summary>How many windows are mapped.</summary>
    internal int Mapped => Volatile.Read(ref _mapped);

    /// <summary>Whether the system can make pages writable, as far as is known.</summary>
    internal bool CanWrite => !Volatile.Read(ref _cannotWrite);

    /// <summary>Makes them for a file; null where there would be too many.</summary>
    internal static FileWindows? TryCreate(IPageSource source, long length, Action<IThreadPoolWorkItem> schedule, int most = MostWindows) =>
        (length - 1) >> WindowShift < LargestTable ? new FileWindows(source, length, schedule, most) : null;

    /// <summary>Lends a range. One that is to be read and is not marked is looked at, so that it may be lent the next time.</summary>
    internal bool TryLend(long offset, int length, bool forWriting, out PageLoan loan)
    {
        loan = default;
        long last = offset + length - 1;
        if (offset >> WindowShift != last >> WindowShift || Volatile.Read(ref _isOff)) return false;
        FileWindow? window = Volatile.Read(ref _windows[offset >> WindowShift]);
        if (window is null || !window.TryEnter())
        {
            if (!forWriting) Wish(offset >> ChunkShift, last >> ChunkShift, window: null, forWriting);
            return false;
        }

        long inWindow = offset & (WindowSize - 1);
        int lastChunk = (int)((inWindow + length - 1) >> ChunkShift);
        for (int chunk = (int)(inWindow >> ChunkShift); chunk <= lastChunk; chunk++)
        {
            if (window.IsMarked(chunk, forWriting)) continue;
            if (!forWriting) Wish((offset >> ChunkShift) + chunk - (inWindow >> ChunkShift), last >> ChunkShift, window, forWriting);
            window.Leave();
            return false;
        }

        if (!window.IsUsed) window.IsUsed = true;
        loan = new PageLoan(window, window.Address + (nint)inWindow);
        return true;
    }

    /// <summary>Looks at a range that was written, as others are looked at that are to be read: before, there was perhaps a hole.</summary>
    internal void WishForWriting(long offset, int length)
    {
        long last = offset + length - 1;
        // What is in two windows is never lent.
        if (offset >> WindowShift == last >> WindowShift && CanWrite && !Volatile.Read(ref _isOff))
            Wish(offset >> ChunkShift, last >> ChunkShift, Volatile.Read(ref _windows[offset >> WindowShift]), forWriting: true);
    }

    /// <summary>Takes the marks from a range: there may be a hole in it, or something that cannot be read.</summary>
    internal void Forget(long offset, long length)
    {
        lock (_lock)
        {
            long last = (offset + length - 1) >> ChunkShift;
            for (long chunk = offset >> ChunkShift; chunk <= last;)
            {
                long index = chunk >> ChunksPerWindowShift;
                long end = Math.Min(last, ((index + 1) << ChunksPerWindowShift) - 1);
                _windows[index]?.Clear(InWindow(chunk), InWindow(end));
                chunk = end + 1;
            }
        }
    }

    /// <summary>Lends nothing any more. What is lent stays mapped until it is back.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            TurnOff(forWriting: false);
            for (int i = 0; i < _windows.Length; i++)
            {
                _windows[i]?.Close();
                Volatile.Write(ref _windows[i], null);
            }

            _mapped = 0;
        }
    }

    /// <summary>Looks at what was wished for.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        bool isAny;
        do
        {
            for (int i = 0; i < _wishes.Length; i++)
            {
                long wish = Interlocked.Exchange(ref _wishes[i], 0);
                if (wish != 0) Grant((wish >> 1) - 1, forWriting: (wish & 1) != 0);
            }

            Interlocked.Exchange(ref _isScheduled, 0);
            isAny = false;
            foreach (ref long wish in _wishes.AsSpan()) isAny |= Volatile.Read(ref wish) != 0;
        }
        while (isAny && Interlocked.Exchange(ref _isScheduled, 1) == 0);
    }

    private static int InWindow(long chunk) => (int)(chunk & ((1 << ChunksPerWindowShift) - 1));

    /// <summary>
    /// Notes the chunks of a range that are not marked. One number more than the chunk's, and a bit that says what for, stand for it; 0
    /// is no wish.
    /// </summary>
    private void Wish(long first, long last, FileWindow? window, bool forWriting)
    {
        // Where little of the file is in memory, each look is for nothing: look less often.
        if (_skipped < _pause)
        {
            _skipped++;
            return;
        }

        _skipped = 0;
        for (long chunk = first; chunk <= last; chunk++)
        {
            if (window is null || !window.IsMarked(InWindow(chunk), forWriting))
                Interlocked.CompareExchange(ref _wishes[chunk % Wishes], ((chunk + 1) << 1) | (forWriting ? 1L : 0), 0);
        }

        if (Interlocked.Exchange(ref _isScheduled, 1) == 0) _schedule(this);
    }

    private void Grant(long chunk, bool forWriting)
    {
        long index = chunk >> ChunksPerWindowShift;
        FileWindow? window;
        int epoch;
        lock (_lock)
        {
            window = _isOff ? null : _windows[index] ?? Map(index);
            if (window is null || !window.TryEnter()) return;
            epoch = window.Epoch;
        }

        long offset = chunk << ChunkShift;
        PagePresence presence = _source.MakePresent(
            window.Address + (nint)(offset & (WindowSize - 1)), offset, (int)Math.Min(ChunkSize, _length - offset), forWriting);
        lock (_lock)
        {
            if (presence == PagePresence.Unsupported) TurnOff(forWriting);
            // What was forgotten meanwhile may not be what was looked at.
            if (presence == PagePresence.Present && window.Epoch == epoch) window.Mark(InWindow(chunk), forWriting);
        }

        _pause = presence == PagePresence.Present ? 0 : Math.Min((2 * _pause) + 1, LongestPause);
        window.Leave();
    }

    private FileWindow? Map(long index)
    {
        if (_mapped == _most && !TryMakeRoom()) return null;
        long offset = index << WindowShift;
        long length = Math.Min(WindowSize, _length - offset);
        nint address = _source.Map(offset, length);
        if (address == 0) return null;
        var window = new FileWindow(_source, address, length);
        Volatile.Write(ref _windows[index], window);
        _mapped++;
        return window;
    }

    /// <summary>Lets go of a window that is idle and was not used since the last time round.</summary>
    private bool TryMakeRoom()
    {
        for (int i = 0; i < 2 * _windows.Length; i++)
        {
            _hand = (_hand + 1) % _windows.Length;
            if (_windows[_hand] is not { } window) continue;
            if (window.IsUsed)
            {
                window.IsUsed = false;
            }
            else if (window.TryCloseIdle())
            {
                Volatile.Write(ref _windows[_hand], null);
                _mapped--;
                return true;
            }
        }

        return false;
    }

    private void TurnOff(bool forWriting) => Volatile.Write(ref forWriting ? ref _cannotWrite : ref _isOff, true);
}
