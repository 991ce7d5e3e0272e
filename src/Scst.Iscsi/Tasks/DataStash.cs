using System;
using System.Collections.Generic;

namespace Scst.Iscsi.Tasks;

/// <summary>
/// Unsolicited data of a command whose segments are not there yet, in pool buffers, from offset 0 without gaps. How much
/// there can be is limited by FirstBurstLength.
/// </summary>
internal sealed class DataStash
{
    // All buffers but the last are of this size, so that the index follows from the offset.
    private const int Piece = 256 << 10;

    private readonly DataBufferPool _pool;
    private readonly List<DataBuffer> _buffers = [];
    private uint _limit;

    public DataStash(DataBufferPool pool) => _pool = pool;

    public bool IsEmpty => _buffers.Count == 0;

    /// <param name="limit">The most bytes that can come.</param>
    public void Begin(uint limit) => _limit = limit;

    /// <summary>Where the bytes from <paramref name="offset"/> on go; empty if the pool has reached its cap.</summary>
    public Memory<byte> Locate(uint offset)
    {
        var index = (int)(offset / Piece);
        if (index == _buffers.Count)
        {
            var size = (int)Math.Min(Piece, _limit - offset);
            if (_pool.TryRent(size) is not { } buffer)
                return default;
            _buffers.Add(buffer);
        }

        return _buffers[index].Array.AsMemory((int)(offset % Piece));
    }

    /// <summary>Hands the first <paramref name="length"/> bytes over and gives the buffers back.</summary>
    public void MoveTo(DataOutTransfer transfer, uint length)
    {
        for (var i = 0; i < _buffers.Count; i++)
        {
            var offset = (uint)i * Piece;
            transfer.Write(offset, _buffers[i].Array.AsSpan(0, (int)Math.Min(Piece, length - offset)));
        }

        Clear();
    }

    public void Clear()
    {
        foreach (var buffer in _buffers)
            _pool.Return(buffer);
        _buffers.Clear();
    }
}
