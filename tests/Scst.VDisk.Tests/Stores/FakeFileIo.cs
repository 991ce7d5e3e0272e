using System;
using System.IO;
using System.Threading;

namespace Scst.VDisk.Tests;

/// <summary>
/// A file with a cache and a medium below it: writes go to the cache; a flush takes what the cache held when it began and has it on
/// the medium when it ends, the worst that a real one may do.
/// </summary>
internal sealed class FakeFileIo : IFileIo, IHolePuncher, IHoleMap
{
    private const int Unit = 4096;

    private readonly Lock _lock = new();
    private readonly byte[] _cache;
    private readonly byte[] _medium;
    private readonly bool[] _isMapped;
    private readonly bool _canPunchHoles;
    private int _length;
    private int _flushes;
    private int _running;

    internal FakeFileIo(int length, bool canPunchHoles = true)
    {
        _cache = new byte[length];
        _medium = new byte[length];
        _isMapped = new bool[(length + Unit - 1) / Unit];
        _canPunchHoles = canPunchHoles;
        _length = length;
    }

    public IHolePuncher? Holes => _canPunchHoles ? this : null;

    public IHoleMap? HoleMap => Holes is null ? null : this;

    public long HoleGranularity => Unit;

    /// <summary>The most bytes that one read gives.</summary>
    internal int ReadLimit { get; init; } = int.MaxValue;

    /// <summary>How many bytes from the beginning of the file can be read without waiting.</summary>
    internal int ReadableNow { get; set; }

    public bool IsInMemory { get; init; }

    public IFileRing? Ring { get; set; }

    /// <summary>What happens in the middle of a call, and may throw what the system would; by the kind of call and its offset.</summary>
    internal Action<FileOperationKind, long> During { get; set; } = (_, _) => { };

    internal Func<FileIdentity> Identity { get; set; } = () => FileIdentity.Same;

    internal int Flushes => Volatile.Read(ref _flushes);

    internal bool IsDisposed { get; private set; }

    /// <summary>What closing the file throws.</summary>
    internal Exception? ClosingFailure { get; init; }

    /// <summary>What is found after the power has failed.</summary>
    internal byte[] Medium
    {
        get
        {
            lock (_lock) return (byte[])_medium.Clone();
        }
    }

    /// <summary>The end of the file; a write beyond it moves it.</summary>
    public long Length
    {
        get
        {
            lock (_lock) return _length;
        }
    }

    /// <summary>Another program cuts the file.</summary>
    internal void Cut(int length)
    {
        lock (_lock)
        {
            _length = length;
            _cache.AsSpan(length).Clear();
        }
    }

    public int TryReadNow(long offset, Span<byte> destination) =>
        offset >= ReadableNow ? -1 : Read(offset, destination[..(int)Math.Min(destination.Length, ReadableNow - offset)]);

    public int Read(long offset, Span<byte> destination)
    {
        using Call call = new(this, FileOperationKind.Read, offset);
        int count = Math.Min(Math.Min(destination.Length, ReadLimit), Math.Max(0, (int)Length - (int)offset));
        lock (_lock) _cache.AsSpan((int)offset, count).CopyTo(destination);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        using Call call = new(this, FileOperationKind.Write, offset);
        lock (_lock)
        {
            source.CopyTo(_cache.AsSpan((int)offset));
            for (int unit = (int)offset / Unit; unit * Unit < (int)offset + source.Length; unit++) _isMapped[unit] = true;
            _length = Math.Max(_length, (int)offset + source.Length);
        }
    }

    public void PunchHole(long offset, long length)
    {
        using Call call = new(this, FileOperationKind.Unmap, offset);
        lock (_lock)
        {
            _cache.AsSpan((int)offset, (int)length).Clear();
            int end = (int)(offset + length);
            for (int unit = ((int)offset + Unit - 1) / Unit; Math.Min((unit + 1) * Unit, _cache.Length) <= end && unit < _isMapped.Length; unit++)
                _isMapped[unit] = false;
        }
    }

    /// <summary>What the question does is told as a read.</summary>
    public bool IsMapped(long offset, out long end)
    {
        using Call call = new(this, FileOperationKind.Read, offset);
        lock (_lock)
        {
            int first = (int)offset / Unit;
            int next = first;
            while (next < _isMapped.Length && _isMapped[next] == _isMapped[first]) next++;
            end = (long)next * Unit;
            return _isMapped[first];
        }
    }

    public void Flush()
    {
        byte[] covered;
        lock (_lock) covered = (byte[])_cache.Clone();
        Interlocked.Increment(ref _flushes);
        using Call call = new(this, FileOperationKind.Flush, 0);
        lock (_lock) covered.CopyTo(_medium, 0);
    }

    public FileIdentity Inspect(long length) => Length < length ? FileIdentity.Shortened : Identity();

    public void Dispose()
    {
        if (Volatile.Read(ref _running) != 0) throw new InvalidOperationException("The file is closed under a running call.");
        IsDisposed = true;
        if (ClosingFailure is { } failure) throw failure;
    }

    /// <summary>What <see cref="RandomAccess"/> throws on Unix for an errno.</summary>
    internal static IOException Failure(int errno) => new("injected", errno);

    private readonly ref struct Call
    {
        private readonly FakeFileIo _io;

        internal Call(FakeFileIo io, FileOperationKind kind, long offset)
        {
            ObjectDisposedException.ThrowIf(io.IsDisposed, io);
            _io = io;
            Interlocked.Increment(ref io._running);
            try
            {
                io.During(kind, offset);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public void Dispose() => Interlocked.Decrement(ref _io._running);
    }
}
