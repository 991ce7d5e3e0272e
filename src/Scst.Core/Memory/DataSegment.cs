using System;
using System.Runtime.InteropServices;

namespace Scst;

/// <summary>
/// One contiguous piece of a command's data. A command's data is a short ordered list of segments.
/// </summary>
/// <remarks>
/// A <see cref="SegmentKind.Memory"/> segment may be touched by anyone who holds the command. The other kinds are
/// <em>kernel-only</em>: a handler lends them to a driver that declared (<see cref="IKernelSegmentDriver"/>) that it
/// passes them to system calls and never looks at the bytes.
/// </remarks>
public readonly struct DataSegment
{
    private readonly object? _owner;
    private readonly long _position;
    private readonly bool _isPinned;

    private DataSegment(SegmentKind kind, object? owner, long position, int length, bool isPinned = false)
    {
        _isPinned = isPinned;
        Kind = kind;
        _owner = owner;
        _position = position;
        Length = length;
    }

    /// <summary>What the segment refers to.</summary>
    public SegmentKind Kind { get; }

    /// <summary>Length in bytes; never negative.</summary>
    public int Length { get; }

    /// <summary>The bytes of a memory segment.</summary>
    /// <exception cref="InvalidOperationException">The segment is kernel-only.</exception>
    public Memory<byte> Memory
    {
        get
        {
            if (Kind != SegmentKind.Memory)
                throw new InvalidOperationException("A kernel-only segment has no bytes that managed code may touch.");
            byte[] array = (byte[])_owner!;
            return _isPinned
                ? MemoryMarshal.CreateFromPinnedArray(array, (int)_position, Length)
                : new Memory<byte>(array, (int)_position, Length);
        }
    }

    /// <summary>The bytes of a memory segment.</summary>
    /// <exception cref="InvalidOperationException">The segment is kernel-only.</exception>
    public Span<byte> Span => Memory.Span;

    /// <summary>The array and offset behind a memory segment, for scatter-gather system calls.</summary>
    /// <exception cref="InvalidOperationException">The segment is kernel-only.</exception>
    public ArraySegment<byte> Array => Kind == SegmentKind.Memory
        ? new ArraySegment<byte>((byte[])_owner!, (int)_position, Length)
        : throw new InvalidOperationException("A kernel-only segment has no array.");

    /// <summary>The mapped address of a <see cref="SegmentKind.KernelAddress"/> segment.</summary>
    /// <exception cref="InvalidOperationException">The segment is of another kind.</exception>
    public nint Address => Kind == SegmentKind.KernelAddress
        ? (nint)_position
        : throw new InvalidOperationException("Only a kernel address segment has an address.");

    /// <summary>The file of a <see cref="SegmentKind.FileRange"/> segment.</summary>
    /// <exception cref="InvalidOperationException">The segment is of another kind.</exception>
    public SafeHandle File => Kind == SegmentKind.FileRange
        ? (SafeHandle)_owner!
        : throw new InvalidOperationException("Only a file range segment has a file.");

    /// <summary>The offset in bytes of a <see cref="SegmentKind.FileRange"/> segment in its file.</summary>
    /// <exception cref="InvalidOperationException">The segment is of another kind.</exception>
    public long FileOffset => Kind == SegmentKind.FileRange
        ? _position
        : throw new InvalidOperationException("Only a file range segment has a file offset.");

    /// <summary>A segment of ordinary memory.</summary>
    /// <param name="array">The array that holds the bytes.</param>
    /// <param name="offset">Where they start in <paramref name="array"/>.</param>
    /// <param name="length">How many there are.</param>
    /// <exception cref="ArgumentNullException"><paramref name="array"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside <paramref name="array"/>.</exception>
    public static DataSegment FromMemory(byte[] array, int offset, int length)
    {
        ArgumentNullException.ThrowIfNull(array);
        if ((uint)offset > (uint)array.Length || (uint)length > (uint)(array.Length - offset))
            throw new ArgumentOutOfRangeException(nameof(length), "The range is not inside the array.");
        return new DataSegment(SegmentKind.Memory, array, offset, length);
    }

    /// <summary>A segment of a pool buffer; where those are pinned for life, pinning the segment costs nothing.</summary>
    internal static DataSegment FromBuffer(DataBuffer buffer, int length) =>
#if NET
        new(SegmentKind.Memory, buffer.Array, buffer.Offset, length, isPinned: true);
#else
        new(SegmentKind.Memory, buffer.Array, buffer.Offset, length);
#endif

    /// <summary>A kernel-only segment at a mapped address.</summary>
    /// <param name="address">The first byte's address, valid until the command is freed.</param>
    /// <param name="length">Length in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public static DataSegment FromAddress(nint address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new DataSegment(SegmentKind.KernelAddress, null, address, length);
    }

    /// <summary>A kernel-only segment that is a range of an open file.</summary>
    /// <param name="file">The open file, valid until the command is freed.</param>
    /// <param name="offset">Offset of the first byte in the file.</param>
    /// <param name="length">Length in bytes.</param>
    /// <exception cref="ArgumentNullException"><paramref name="file"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> or <paramref name="length"/> is negative.</exception>
    public static DataSegment FromFile(SafeHandle file, long offset, int length)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new DataSegment(SegmentKind.FileRange, file, offset, length);
    }

    /// <summary>The first <paramref name="length"/> bytes of this segment.</summary>
    internal DataSegment Truncate(int length) => new(Kind, _owner, _position, Math.Min(length, Length), _isPinned);
}
