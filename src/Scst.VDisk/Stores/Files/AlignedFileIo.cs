using System;

namespace Scst.VDisk;

/// <summary>
/// System calls on a file with direct I/O: what they get is aligned as they demand. Memory that is not is copied through buffers
/// that are; offsets and lengths that are not belong to half a block, which nobody may ask for.
/// </summary>
internal sealed class AlignedFileIo : IFileIo
{
    private readonly IFileIo _io;
    private readonly AlignedBuffers _buffers;
    private readonly nuint _memoryMask;
    private readonly long _offsetMask;
    private readonly IFileRing? _ring;

    /// <param name="io">The calls; owned from now on.</param>
    /// <param name="alignment">What they demand.</param>
    /// <param name="mostBuffers">How many transfers may be copied at once.</param>
    /// <param name="ring">Another way for what needs not be copied; owned from now on.</param>
    internal AlignedFileIo(IFileIo io, DirectAlignment alignment, int mostBuffers = AlignedBuffers.MostBuffers, IFileRing? ring = null)
    {
        _ring = ring;
        _io = io;
        _memoryMask = (nuint)alignment.Memory - 1;
        _offsetMask = alignment.Offset - 1;
        _buffers = new AlignedBuffers(alignment.Memory, mostBuffers);
        Limits = io.Limits with { LogicalBlockSize = alignment.Offset };
    }

    public MediumLimits Limits { get; }

    public IHolePuncher? Holes => _io.Holes;

    public IHoleMap? HoleMap => _io.HoleMap;

    public IFileRing? Ring => _ring;

    public long Length => _io.Length;

    /// <summary>False: also in memory there is a system call for each transfer, and perhaps a wait for a buffer.</summary>
    public bool IsInMemory => false;

    /// <summary>Nothing can be had without asking the device.</summary>
    public int TryReadNow(long offset, Span<byte> destination) => -1;

    public unsafe int Read(long offset, Span<byte> destination)
    {
        Check(offset, destination.Length);
        fixed (byte* address = destination)
        {
            if (((nuint)address & _memoryMask) == 0) return WholeBlocks(_io.Read(offset, destination));
        }

        nint buffer = _buffers.Rent();
        try
        {
            var aligned = new Span<byte>((void*)buffer, Math.Min(destination.Length, AlignedBuffers.Size));
            int count = WholeBlocks(_io.Read(offset, aligned));
            if (count > 0) aligned[..count].CopyTo(destination);
            return count;
        }
        finally
        {
            _buffers.Return(buffer);
        }
    }

    public unsafe void Write(long offset, ReadOnlySpan<byte> source)
    {
        Check(offset, source.Length);
        fixed (byte* address = source)
        {
            if (((nuint)address & _memoryMask) == 0)
            {
                _io.Write(offset, source);
                return;
            }
        }

        nint buffer = _buffers.Rent();
        try
        {
            while (!source.IsEmpty)
            {
                var aligned = new Span<byte>((void*)buffer, Math.Min(source.Length, AlignedBuffers.Size));
                source[..aligned.Length].CopyTo(aligned);
                _io.Write(offset, aligned);
                source = source[aligned.Length..];
                offset += aligned.Length;
            }
        }
        finally
        {
            _buffers.Return(buffer);
        }
    }

    public void Flush() => _io.Flush();

    public FileIdentity Inspect(long length) => _io.Inspect(length);

    public void Dispose()
    {
        _ring?.Dispose();
        _buffers.Dispose();
        _io.Dispose();
    }

    /// <summary>Of a file that somebody cut within a block that block is gone: the rest of it cannot be asked for.</summary>
    private int WholeBlocks(int count) => count & ~(int)_offsetMask;

    private void Check(long offset, long length)
    {
        if (((offset | length) & _offsetMask) != 0)
            throw new InvalidOperationException($"Direct I/O of {length} bytes at {offset} is not in whole blocks of {_offsetMask + 1} bytes.");
    }
}
