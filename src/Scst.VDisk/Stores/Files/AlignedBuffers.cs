using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Scst.VDisk;

/// <summary>
/// A bounded set of buffers that begin at multiples of a given alignment. They are made on demand and kept; who finds all of them
/// taken waits, which direct I/O does anyway.
/// </summary>
internal sealed unsafe class AlignedBuffers : IDisposable
{
    /// <summary>Bytes of a buffer: longer transfers go in pieces. A multiple of every alignment up to it.</summary>
    internal const int Size = 256 << 10;

    /// <summary>16 MiB in all.</summary>
    internal const int MostBuffers = 64;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _room;
    private readonly nuint _alignment;
    private readonly nint[] _free;
    private int _count;

    internal AlignedBuffers(int alignment, int most = MostBuffers)
    {
        _alignment = (nuint)Math.Max(alignment, Environment.SystemPageSize);
        _free = new nint[most];
        _room = new SemaphoreSlim(most, most);
    }

    /// <summary>Takes a buffer of <see cref="Size"/> bytes with undefined content; to be given back.</summary>
    internal nint Rent()
    {
        _room.Wait();
        lock (_lock)
        {
            if (_count > 0) return _free[--_count];
        }

        try
        {
            return (nint)NativeMemory.AlignedAlloc(Size, _alignment);
        }
        catch
        {
            _room.Release();
            throw;
        }
    }

    internal void Return(nint buffer)
    {
        lock (_lock) _free[_count++] = buffer;
        _room.Release();
    }

    /// <summary>All buffers must have been given back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            while (_count > 0) NativeMemory.AlignedFree((void*)_free[--_count]);
        }

        _room.Dispose();
    }
}
