using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>Builds additional header segments as an initiator does (RFC 7143 11.2.2).</summary>
internal static class AhsWriter
{
    public static byte[] ExtendedCdb(byte[] cdbFrom17th)
    {
        var bytes = new List<byte> { 0, (byte)(cdbFrom17th.Length + 1), 1, 0 };
        bytes.AddRange(cdbFrom17th);
        while (bytes.Count % 4 != 0)
            bytes.Add(0);
        return bytes.ToArray();
    }

    public static byte[] BidirectionalReadLength(uint length)
    {
        var bytes = new byte[8];
        bytes[1] = 5;
        bytes[2] = 2;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), length);
        return bytes;
    }
}
