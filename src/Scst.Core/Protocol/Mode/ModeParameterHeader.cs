using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>Mode parameter header of the six-byte and of the ten-byte MODE commands (SPC-6).</summary>
public readonly record struct ModeParameterHeader
{
    /// <summary>Bytes of the header of MODE SENSE(6) and MODE SELECT(6).</summary>
    public const int Length6 = 4;

    /// <summary>Bytes of the header of MODE SENSE(10) and MODE SELECT(10).</summary>
    public const int Length10 = 8;

    /// <summary>WP bit of <see cref="DeviceSpecific"/> for a disk: the medium is write protected (SBC-5).</summary>
    public const byte WriteProtected = 0x80;

    /// <summary>DPOFUA bit of <see cref="DeviceSpecific"/> for a disk: the bits DPO and FUA are supported (SBC-5).</summary>
    public const byte DpoFua = 0x10;

    /// <summary>
    /// MODE DATA LENGTH: bytes of mode data after this field, 0 to 255 in the short header, 0 to 65535 in the long one.
    /// Reserved in MODE SELECT.
    /// </summary>
    public ushort ModeDataLength { get; init; }

    /// <summary>MEDIUM TYPE.</summary>
    public byte MediumType { get; init; }

    /// <summary>DEVICE-SPECIFIC PARAMETER.</summary>
    public byte DeviceSpecific { get; init; }

    /// <summary>LONGLBA bit: the block descriptors are of sixteen bytes. The short header has no such bit.</summary>
    public bool LongLba { get; init; }

    /// <summary>BLOCK DESCRIPTOR LENGTH: bytes of all block descriptors, 0 to 255 in the short header.</summary>
    public ushort BlockDescriptorLength { get; init; }

    /// <summary>Bytes of a header.</summary>
    /// <param name="tenByte">Whether it is the header of the ten-byte commands.</param>
    /// <returns>4 or 8.</returns>
    public static int GetLength(bool tenByte) => tenByte ? Length10 : Length6;

    /// <summary>The header for mode data of a given size.</summary>
    /// <param name="tenByte">Whether it is the header of the ten-byte commands.</param>
    /// <param name="totalLength">Bytes of header, block descriptors and pages together.</param>
    /// <returns>A header with its <see cref="ModeDataLength"/> set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">MODE DATA LENGTH of this header cannot hold it.</exception>
    public static ModeParameterHeader ForTotalLength(bool tenByte, int totalLength)
    {
        var modeDataLength = totalLength - (tenByte ? 2 : 1);
        if (totalLength < GetLength(tenByte) || modeDataLength > (tenByte ? ushort.MaxValue : byte.MaxValue))
            throw new ArgumentOutOfRangeException(nameof(totalLength));
        return new() { ModeDataLength = (ushort)modeDataLength };
    }

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least 4 or 8 bytes.</param>
    /// <param name="tenByte">Whether it is the header of the ten-byte commands.</param>
    /// <returns>4 or 8.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="InvalidOperationException">A length takes more than the one byte that the short header has for it.</exception>
    public int WriteTo(Span<byte> destination, bool tenByte)
    {
        var header = destination.Slice(0, GetLength(tenByte));
        header.Clear();
        if (tenByte)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header, ModeDataLength);
            header[2] = MediumType;
            header[3] = DeviceSpecific;
            header[4] = (byte)(LongLba ? 0x01 : 0);
            BinaryPrimitives.WriteUInt16BigEndian(header.Slice(6), BlockDescriptorLength);
            return Length10;
        }
        if (ModeDataLength > byte.MaxValue || BlockDescriptorLength > byte.MaxValue)
            throw new InvalidOperationException("The short mode parameter header has one byte for each length.");
        header[0] = (byte)ModeDataLength;
        header[1] = MediumType;
        header[2] = DeviceSpecific;
        header[3] = (byte)BlockDescriptorLength;
        return Length6;
    }

    /// <summary>Reads a header.</summary>
    /// <param name="source">The mode data or the parameter list.</param>
    /// <param name="tenByte">Whether it is the header of the ten-byte commands.</param>
    /// <param name="header">What it says.</param>
    /// <returns>
    /// <see langword="false"/> if the header is not whole; in MODE SELECT that is PARAMETER LIST LENGTH ERROR.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> source, bool tenByte, out ModeParameterHeader header)
    {
        header = default;
        if (source.Length < GetLength(tenByte))
            return false;
        header = tenByte
            ? new()
            {
                ModeDataLength = BinaryPrimitives.ReadUInt16BigEndian(source),
                MediumType = source[2],
                DeviceSpecific = source[3],
                LongLba = (source[4] & 0x01) != 0,
                BlockDescriptorLength = BinaryPrimitives.ReadUInt16BigEndian(source.Slice(6)),
            }
            : new()
            {
                ModeDataLength = source[0],
                MediumType = source[1],
                DeviceSpecific = source[2],
                BlockDescriptorLength = source[3],
            };
        return true;
    }
}
