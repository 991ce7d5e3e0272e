using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>REPORT IDENTIFYING INFORMATION parameter data (SPC-6).</summary>
public readonly ref struct IdentifyingInformationData
{
    /// <summary>Bytes before the information, or before the first descriptor.</summary>
    public const int HeaderLength = 4;

    /// <summary>Bytes of one descriptor of a supported type.</summary>
    public const int DescriptorLength = 4;

    private readonly ReadOnlySpan<byte> _data;

    private IdentifyingInformationData(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>The information; for <see cref="IdentifyingInformationType.Supported"/> the descriptors.</summary>
    public ReadOnlySpan<byte> Information => _data.Slice(HeaderLength, BinaryPrimitives.ReadUInt16BigEndian(_data.Slice(2)));

    /// <summary>Looks at parameter data.</summary>
    /// <param name="source">The data.</param>
    /// <param name="data">What it says.</param>
    /// <returns><see langword="false"/> if it is not whole.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out IdentifyingInformationData data)
    {
        data = new(source);
        return source.Length >= HeaderLength
            && source.Length >= HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(source.Slice(2));
    }

    /// <summary>Writes information.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes and the information.</param>
    /// <param name="information">The information, at most 65535 bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> information)
    {
        destination.Slice(0, HeaderLength).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination.Slice(2), checked((ushort)information.Length));
        information.CopyTo(destination.Slice(HeaderLength));
        return HeaderLength + information.Length;
    }

    /// <summary>Writes which types are supported.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes and <see cref="DescriptorLength"/> for each type.</param>
    /// <param name="types">The types in ascending order, each with the most bytes that its information may have.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int WriteSupported(Span<byte> destination, ReadOnlySpan<(IdentifyingInformationType Type, ushort MaxLength)> types)
    {
        int length = HeaderLength + types.Length * DescriptorLength;
        destination.Slice(0, length).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination.Slice(2), checked((ushort)(length - HeaderLength)));
        for (int i = 0; i < types.Length; i++)
        {
            Span<byte> descriptor = destination.Slice(HeaderLength + i * DescriptorLength);
            descriptor[0] = (byte)((byte)types[i].Type << 1);
            BinaryPrimitives.WriteUInt16BigEndian(descriptor.Slice(2), types[i].MaxLength);
        }
        return length;
    }
}
