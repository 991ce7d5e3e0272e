using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Scst.VDisk;

/// <content>What is read is compared with the data-out, or united with it.</content>
internal sealed partial class DiskOperation
{
    /// <summary>
    /// Whether some of what must be written as a whole has been written: an abort comes too late, the rest follows (SBC-5: the write
    /// operations of these commands are not to be interrupted).
    /// </summary>
    private bool IsHalfWritten => Hold.IsExclusive && Phase == DiskPhases.Write && _moved > 0;

    /// <summary>The first byte of the piece that differs from what it is compared with, or -1.</summary>
    private int FindDifference()
    {
        ReadOnlySpan<byte> read = _scratch.AsSpan(0, _piece);
        switch (_comparison)
        {
            case Comparison.Data:
                int same = read.CommonPrefixLength(TakeData());
                return same == _piece ? -1 : same;
            case Comparison.Union:
                UniteWith(read, TakeData());
                return -1;
            case Comparison.Block:
                ReadOnlySpan<byte> block = _command.FirstSegment.Slice(0, _medium.BlockLength);
                for (int start = 0; start < _piece; start += block.Length)
                {
                    int equal = block.CommonPrefixLength(read.Slice(start));
                    if (equal != block.Length)
                        return start + equal;
                }
                return -1;
            default:
                return -1;
        }
    }

    /// <summary>The data-out that the piece is about; the next piece is about what follows.</summary>
    private Span<byte> TakeData()
    {
        Span<byte> data = _command.Segments[_segment].Span.Slice(_inSegment, _piece);
        SkipData(_piece);
        return data;
    }

    /// <summary>Goes on in the data-out.</summary>
    private void SkipData(long bytes)
    {
        bytes += _inSegment;
        while (bytes > 0 && bytes >= _command.Segments[_segment].Length)
            bytes -= _command.Segments[_segment++].Length;
        _inSegment = (int)bytes;
    }

    /// <summary>Sets in the second all bits that are set in the first.</summary>
    private static void UniteWith(ReadOnlySpan<byte> read, Span<byte> data)
    {
        ReadOnlySpan<Vector<byte>> wideRead = MemoryMarshal.Cast<byte, Vector<byte>>(read);
        Span<Vector<byte>> wideData = MemoryMarshal.Cast<byte, Vector<byte>>(data);
        for (int i = 0; i < wideData.Length; i++)
            wideData[i] |= wideRead[i];
        for (int i = wideData.Length * Vector<byte>.Count; i < data.Length; i++)
            data[i] |= read[i];
    }
}
