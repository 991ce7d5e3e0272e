using System;
using System.Buffers;
using System.Threading.Tasks;

namespace Scst.VDisk;

/// <summary>Fills a range with one block.</summary>
internal sealed class FillWork : RangeWork
{
    private const int LargestPiece = 256 << 10;

    private readonly byte[] _pattern;
    private readonly int _patternLength;
    private readonly long _end;
    private long _next;

    /// <param name="medium">Where.</param>
    /// <param name="command">For whom.</param>
    /// <param name="offset">First byte in the store.</param>
    /// <param name="length">Bytes, whole blocks.</param>
    /// <param name="block">The block; empty for zeros.</param>
    internal FillWork(DiskMedium medium, ScsiCommand command, long offset, long length, ReadOnlySpan<byte> block)
        : base(medium, command)
    {
        _next = offset;
        _end = offset + length;
        _patternLength = (int)Math.Min(length, LargestPiece);
        _pattern = ArrayPool<byte>.Shared.Rent(_patternLength);
        Span<byte> rest = _pattern.AsSpan(0, _patternLength);
        if (block.IsEmpty)
            rest.Clear();
        for (; !block.IsEmpty && !rest.IsEmpty; rest = rest.Slice(block.Length))
            block.CopyTo(rest);
    }

    private protected override bool IsDone => _next == _end;

    private protected override ValueTask<StoreStatus> BeginPieceAsync(out long cost)
    {
        int length = (int)Math.Min(_end - _next, _patternLength);
        long offset = _next;
        _next += length;
        cost = length;
        return Medium.Store.WriteAsync(offset, _pattern.AsMemory(0, length), StoreWriteOptions.None);
    }

    private protected override void Release() => ArrayPool<byte>.Shared.Return(_pattern);
}
