using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>Priority descriptor of REPORT PRIORITY parameter data (SPC-6): the command priority of one I_T nexus.</summary>
/// <param name="CurrentPriority">CURRENT PRIORITY, 0 to 15; zero: none was assigned.</param>
/// <param name="RelativeTargetPort">RELATIVE TARGET PORT IDENTIFIER.</param>
/// <param name="InitiatorPort">The TransportID of the initiator port.</param>
public readonly record struct PriorityDescriptor(byte CurrentPriority, ushort RelativeTargetPort, TransportId InitiatorPort)
{
    /// <summary>Bytes of the parameter data before its first descriptor.</summary>
    public const int HeaderLength = 4;

    private const int TransportIdOffset = 8;

    /// <summary>The parameter data of REPORT PRIORITY: PRIORITY PARAMETER DATA LENGTH and the descriptors.</summary>
    /// <param name="descriptors">The descriptors, perhaps none.</param>
    /// <returns>The data.</returns>
    public static byte[] WriteList(ReadOnlySpan<PriorityDescriptor> descriptors)
    {
        int end = HeaderLength;
        foreach (PriorityDescriptor descriptor in descriptors)
            end += descriptor.Length;
        var data = new byte[end];
        BinaryPrimitives.WriteInt32BigEndian(data, end - HeaderLength);
        end = HeaderLength;
        foreach (PriorityDescriptor descriptor in descriptors)
            end += descriptor.WriteTo(data.AsSpan(end));
        return data;
    }

    /// <summary>Bytes of the descriptor.</summary>
    public int Length => TransportIdOffset + InitiatorPort.Bytes.Length;

    /// <summary>Writes the descriptor.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination)
    {
        destination.Slice(0, TransportIdOffset).Clear();
        destination[0] = (byte)(CurrentPriority & 0x0F);
        BinaryPrimitives.WriteUInt16BigEndian(destination.Slice(2), RelativeTargetPort);
        BinaryPrimitives.WriteUInt16BigEndian(destination.Slice(6), (ushort)InitiatorPort.Bytes.Length);
        InitiatorPort.Bytes.CopyTo(destination.Slice(TransportIdOffset));
        return Length;
    }
}
