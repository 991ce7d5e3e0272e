using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>The parameter list of UNMAP (SBC-5): a header and block descriptors, which may overlap and be in any order.</summary>
public readonly ref struct UnmapParameterList
{
    /// <summary>Bytes of the header; a shorter list is none.</summary>
    public const int HeaderLength = 8;

    /// <summary>Bytes of a block descriptor.</summary>
    public const int DescriptorLength = 16;

    /// <summary>Offset of UNMAP BLOCK DESCRIPTOR DATA LENGTH, for a field pointer.</summary>
    public const int DescriptorDataLengthOffset = 2;

    private const int DataLengthField = 2;

    private readonly ReadOnlySpan<byte> _list;

    /// <summary>Looks at a list.</summary>
    /// <param name="list">The list, as much as came of it: at least <see cref="HeaderLength"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="list"/> is shorter.</exception>
    public UnmapParameterList(ReadOnlySpan<byte> list)
    {
        if (list.Length < HeaderLength)
            throw new ArgumentException("There is no whole header.", nameof(list));
        _list = list;
    }

    /// <summary>UNMAP DATA LENGTH: bytes that follow that field.</summary>
    public ushort DataLength => BinaryPrimitives.ReadUInt16BigEndian(_list);

    /// <summary>UNMAP BLOCK DESCRIPTOR DATA LENGTH in bytes.</summary>
    public ushort DescriptorDataLength => BinaryPrimitives.ReadUInt16BigEndian(_list.Slice(DescriptorDataLengthOffset));

    /// <summary>Number of block descriptors. One that either length field, or the end of the list, cuts off is ignored.</summary>
    public int Count
    {
        get
        {
            int length = Math.Min(_list.Length, DataLength + DataLengthField) - HeaderLength;
            return Math.Max(0, Math.Min(length, DescriptorDataLength)) / DescriptorLength;
        }
    }

    /// <summary>A block descriptor.</summary>
    /// <param name="index">Which, from 0 to less than <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is out of range.</exception>
    public UnmapBlockDescriptor this[int index]
    {
        get
        {
            if ((uint)index >= (uint)Count)
                throw new ArgumentOutOfRangeException(nameof(index));
            ReadOnlySpan<byte> descriptor = _list.Slice(OffsetOf(index), DescriptorLength);
            return new(BinaryPrimitives.ReadUInt64BigEndian(descriptor), BinaryPrimitives.ReadUInt32BigEndian(descriptor.Slice(8)));
        }
    }

    /// <summary>Where a block descriptor begins in the list, for a field pointer.</summary>
    /// <param name="index">Which.</param>
    /// <returns>The offset in bytes.</returns>
    public static int OffsetOf(int index) => HeaderLength + index * DescriptorLength;
}
