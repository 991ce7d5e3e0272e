using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>GET LBA STATUS parameter data (SBC-5): a header and LBA status descriptors, each beginning where the one before ends.</summary>
public static class LbaStatusData
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 8;

    /// <summary>Bytes of an LBA status descriptor.</summary>
    public const int DescriptorLength = 16;

    // PARAMETER DATA LENGTH counts what follows it.
    private const int UncountedLength = 4;
    private const int CompletionByte = 7;

    /// <summary>Bytes of the data with so many descriptors.</summary>
    /// <param name="count">Number of descriptors.</param>
    /// <returns>The length in bytes, header included.</returns>
    public static int LengthOf(int count) => HeaderLength + count * DescriptorLength;

    /// <summary>Writes the header. RTP is zero: REPORT TYPE is not looked at.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="count">Number of descriptors that there are, whether all fit in ALLOCATION LENGTH or not.</param>
    /// <param name="completion">COMPLETION CONDITION.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static void WriteHeader(Span<byte> destination, int count, LbaStatusCompletion completion)
    {
        destination.Slice(0, HeaderLength).Clear();
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)(LengthOf(count) - UncountedLength));
        destination[CompletionByte] = (byte)(((byte)completion & 7) << 1);
    }

    /// <summary>Writes a descriptor at its place.</summary>
    /// <param name="destination">The whole data.</param>
    /// <param name="index">Which descriptor.</param>
    /// <param name="descriptor">What it says.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static void WriteDescriptor(Span<byte> destination, int index, in LbaStatusDescriptor descriptor)
    {
        Span<byte> bytes = destination.Slice(LengthOf(index), DescriptorLength);
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, descriptor.Lba);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.Slice(8), descriptor.Blocks);
        bytes[12] = (byte)((byte)descriptor.Status & 0x0F);
    }

    /// <summary>Reads a descriptor.</summary>
    /// <param name="source">The data, as much as came of it.</param>
    /// <param name="index">Which descriptor.</param>
    /// <param name="descriptor">What it says.</param>
    /// <returns><see langword="false"/> if PARAMETER DATA LENGTH does not count it or <paramref name="source"/> ends before it does.</returns>
    public static bool TryReadDescriptor(ReadOnlySpan<byte> source, int index, out LbaStatusDescriptor descriptor)
    {
        descriptor = default;
        if (index < 0 || source.Length < HeaderLength)
            return false;
        long end = HeaderLength + (index + 1L) * DescriptorLength;
        if (source.Length < end || BinaryPrimitives.ReadUInt32BigEndian(source) + (long)UncountedLength < end)
            return false;
        ReadOnlySpan<byte> bytes = source.Slice(LengthOf(index), DescriptorLength);
        descriptor = new(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt32BigEndian(bytes.Slice(8)),
            (ProvisioningStatus)(bytes[12] & 0x0F));
        return true;
    }

    /// <summary>Reads COMPLETION CONDITION.</summary>
    /// <param name="source">The data; at least <see cref="HeaderLength"/> bytes.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="IndexOutOfRangeException"><paramref name="source"/> is too short.</exception>
    public static LbaStatusCompletion ReadCompletion(ReadOnlySpan<byte> source) => (LbaStatusCompletion)((source[CompletionByte] >> 1) & 7);
}
