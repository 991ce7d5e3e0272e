using System;
using System.Runtime.InteropServices;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Sending;

/// <summary>
/// The contiguous memory that headers and small data segments are gathered in, to leave in one call. A pool buffer while
/// there is something to send; a small one of its own when the pool has reached its cap, so that responses get out.
/// </summary>
internal sealed class SendBuffer
{
    private const int Capacity = 256 << 10;
    private const int ReserveCapacity = 16 << 10;

    private readonly DataBufferPool _pool;
    private DataBuffer? _rented;
    private byte[]? _reserve;
    private byte[] _array = [];
    private int _length;
    private int _taken;

    public SendBuffer(DataBufferPool pool) => _pool = pool;

    /// <summary>Bytes that were written and not taken yet.</summary>
    public int UnsentLength => _length - _taken;

    public int Free => _array.Length - _length;

    /// <summary>The longest data segment that is worth copying, and that fits an empty buffer.</summary>
    public int CopyLimit { get; private set; }

    public void Prepare(int copyLimit)
    {
        if (_array.Length == 0)
        {
            _rented = _pool.TryRent(Capacity);
            _array = _rented?.Array ?? (_reserve ??= GC.AllocateUninitializedArray<byte>(ReserveCapacity, pinned: true));
        }

        CopyLimit = Math.Min(copyLimit, _array.Length - BasicHeader.Length - (3 * BasicHeader.DigestLength));
    }

    public void Release()
    {
        if (_rented is { } rented)
            _pool.Return(rented);
        _rented = null;
        _array = [];
        Clear();
    }

    public void Clear()
    {
        _length = 0;
        _taken = 0;
    }

    /// <summary>What was written since this was last called; it stays until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> TakeUnsent()
    {
        var unsent = MemoryMarshal.CreateFromPinnedArray(_array, _taken, UnsentLength);
        _taken = _length;
        return unsent;
    }

    /// <summary>Room for a header; complete it and then call <see cref="EndHeader"/>.</summary>
    public Span<byte> Header() => _array.AsSpan(_length, BasicHeader.Length);

    public void EndHeader(bool digest)
    {
        var header = _array.AsSpan(_length, BasicHeader.Length);
        _length += BasicHeader.Length;
        if (digest)
            Append(Crc32C.Compute(header));
    }

    public void Append(ReadOnlySpan<byte> data)
    {
        data.CopyTo(_array.AsSpan(_length));
        _length += data.Length;
    }

    /// <summary>Room for <paramref name="count"/> bytes that the caller fills.</summary>
    public Span<byte> Take(int count)
    {
        var span = _array.AsSpan(_length, count);
        _length += count;
        return span;
    }

    /// <summary>The padding of a data segment and its digest, which covers the padding (RFC 7143 11.2.3).</summary>
    public void EndData(int length, ref Crc32C crc, bool digest)
    {
        var padding = BasicHeader.Pad(length) - length;
        Take(padding).Clear();
        if (!digest)
            return;
        crc.AppendZeros(padding);
        crc.WriteDigest(Take(BasicHeader.DigestLength));
    }

    private void Append(uint crc) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(Take(BasicHeader.DigestLength), crc);
}
