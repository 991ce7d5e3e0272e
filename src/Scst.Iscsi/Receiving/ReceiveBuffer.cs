using System;
using System.Runtime.InteropServices;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Receiving;

/// <summary>
/// What has been received and not been looked at yet. A small buffer of its own is enough for the login phase, for requests
/// without data and for waiting; while an initiator sends much, a pool buffer takes its place.
/// </summary>
internal sealed class ReceiveBuffer
{
    /// <summary>Room for the longest Login Request, or for some 170 requests without data.</summary>
    public const int SmallCapacity = BasicHeader.Length + LoginNegotiator.MaxDataSegmentLength + 208;
    private const int LargeCapacity = 256 << 10;

    private readonly DataBufferPool _pool;
    private readonly byte[] _small = GC.AllocateUninitializedArray<byte>(SmallCapacity, pinned: true);
    private DataBuffer? _large;
    private byte[] _array;
    private int _start;
    private int _end;

    public ReceiveBuffer(DataBufferPool pool)
    {
        _pool = pool;
        _array = _small;
    }

    public int Count => _end - _start;

    public bool IsLarge => _large is not null;

    public ReadOnlySpan<byte> Unread => _array.AsSpan(_start, Count);

    /// <summary>Room behind what is unread.</summary>
    public Memory<byte> Free => FreeAtMost(int.MaxValue);

    /// <summary>All of the memory, for bytes that nobody wants; only while nothing is unread.</summary>
    public Memory<byte> Scratch => MemoryMarshal.CreateFromPinnedArray(_array, 0, _array.Length);

    /// <summary>Room behind what is unread, and no more of it than this.</summary>
    public Memory<byte> FreeAtMost(int length) =>
        MemoryMarshal.CreateFromPinnedArray(_array, _end, Math.Min(length, _array.Length - _end));

    public bool IsFull => _end == _array.Length;

    public void Received(int count) => _end += count;

    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = 0;
            _end = 0;
        }
    }

    /// <summary>
    /// Makes room for <paramref name="total"/> bytes from the first unread one on, with a pool buffer if need be.
    /// </summary>
    /// <returns>False if there is none: so much cannot be had in one piece now.</returns>
    public bool TryReserve(int total)
    {
        if (total > _array.Length && (total > LargeCapacity || !TryGrow()))
            return false;
        if (_start + total > _array.Length)
            Compact();
        return true;
    }

    /// <summary>Changes to a pool buffer.</summary>
    /// <returns>False if it has one already or the pool has reached its cap.</returns>
    public bool TryGrow()
    {
        if (IsLarge || _pool.TryRent(LargeCapacity) is not { } large)
            return false;
        Unread.CopyTo(large.Array);
        _end = Count;
        _start = 0;
        _large = large;
        _array = large.Array;
        return true;
    }

    /// <summary>Changes back to the small buffer; only while nothing is unread.</summary>
    public void Shrink()
    {
        if (_large is not { } large)
            return;
        _large = null;
        _array = _small;
        _start = 0;
        _end = 0;
        _pool.Return(large);
    }

    /// <summary>The connection is over.</summary>
    public void Release()
    {
        _start = 0;
        _end = 0;
        Shrink();
    }

    private void Compact()
    {
        Unread.CopyTo(_array);
        _end = Count;
        _start = 0;
    }
}
