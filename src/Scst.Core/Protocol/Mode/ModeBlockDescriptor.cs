using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>A mode parameter block descriptor (SPC-6, SBC-5).</summary>
/// <param name="Blocks">
/// NUMBER OF LOGICAL BLOCKS. One that a format cannot hold is written as the highest it can: FFFF_FFFFh of a disk's short
/// descriptor means "ask READ CAPACITY(16)".
/// </param>
/// <param name="BlockLength">LOGICAL BLOCK LENGTH in bytes, 24 bits in the eight-byte formats.</param>
/// <param name="DensityCode">DENSITY CODE; the general format only.</param>
public readonly record struct ModeBlockDescriptor(ulong Blocks, uint BlockLength, byte DensityCode = 0)
{
    private const uint Max24 = 0xFF_FFFF;

    /// <summary>Bytes of a descriptor.</summary>
    /// <param name="format">Its format.</param>
    /// <returns>8 or 16.</returns>
    public static int GetLength(ModeBlockDescriptorFormat format) => format == ModeBlockDescriptorFormat.LongLba ? 16 : 8;

    /// <summary>Writes the descriptor.</summary>
    /// <param name="destination">At least 8 or 16 bytes.</param>
    /// <param name="format">The format.</param>
    /// <returns>8 or 16.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="InvalidOperationException">The block length takes more than 24 bits, and the format has no more.</exception>
    public int WriteTo(Span<byte> destination, ModeBlockDescriptorFormat format)
    {
        var descriptor = destination.Slice(0, GetLength(format));
        descriptor.Clear();
        if (format == ModeBlockDescriptorFormat.LongLba)
        {
            BinaryPrimitives.WriteUInt64BigEndian(descriptor, Blocks);
            BinaryPrimitives.WriteUInt32BigEndian(descriptor.Slice(12), BlockLength);
            return descriptor.Length;
        }
        if (BlockLength > Max24)
            throw new InvalidOperationException("This block descriptor has three bytes for the block length.");
        BinaryPrimitives.WriteUInt32BigEndian(descriptor.Slice(4), BlockLength);
        BinaryPrimitives.WriteUInt32BigEndian(descriptor, format == ModeBlockDescriptorFormat.ShortLba
            ? (uint)Math.Min(Blocks, uint.MaxValue)
            : (uint)DensityCode << 24 | (uint)Math.Min(Blocks, Max24));
        return descriptor.Length;
    }

    /// <summary>Reads a descriptor.</summary>
    /// <param name="source">The descriptor, perhaps with more behind it.</param>
    /// <param name="format">The format.</param>
    /// <param name="descriptor">What it says.</param>
    /// <returns><see langword="false"/> if the descriptor is not whole.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, ModeBlockDescriptorFormat format, out ModeBlockDescriptor descriptor)
    {
        descriptor = default;
        if (source.Length < GetLength(format))
            return false;
        if (format == ModeBlockDescriptorFormat.LongLba)
        {
            descriptor = new(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt32BigEndian(source.Slice(12)));
            return true;
        }
        var blocks = BinaryPrimitives.ReadUInt32BigEndian(source);
        var blockLength = BinaryPrimitives.ReadUInt32BigEndian(source.Slice(4)) & Max24;
        descriptor = format == ModeBlockDescriptorFormat.ShortLba
            ? new(blocks, blockLength)
            : new(blocks & Max24, blockLength, source[0]);
        return true;
    }
}
