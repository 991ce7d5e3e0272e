using System;
using System.Threading.Tasks;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>Gives the room of ranges back.</summary>
internal sealed class UnmapWork : RangeWork
{
    private const long LargestPiece = 1L << 30;

    // How much cheaper it is to unmap a byte than to write it, at least.
    private const int Share = 256;

    private readonly UnmapBlockDescriptor[] _ranges;
    private int _range;
    private long _done;

    /// <param name="medium">Where; it is thin.</param>
    /// <param name="command">For whom.</param>
    /// <param name="ranges">What; no range is empty.</param>
    internal UnmapWork(DiskMedium medium, ScsiCommand command, params UnmapBlockDescriptor[] ranges)
        : base(medium, command) => _ranges = ranges;

    private protected override bool IsDone => _range == _ranges.Length;

    private protected override ValueTask<StoreStatus> BeginPieceAsync(out long cost)
    {
        UnmapBlockDescriptor range = _ranges[_range];
        long length = (long)range.Blocks * Medium.BlockLength;
        long offset = Medium.OffsetOf(range.Lba) + _done;
        long piece = Math.Min(length - _done, LargestPiece);
        _done += piece;
        if (_done == length)
        {
            _range++;
            _done = 0;
        }
        cost = piece / Share;
        return ((IUnmapStore)Medium.Store).UnmapAsync(offset, piece);
    }
}
