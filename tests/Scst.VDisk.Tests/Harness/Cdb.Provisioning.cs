using System;
using System.Buffers.Binary;

namespace Scst.VDisk.Tests;

/// <content>WRITE SAME, UNMAP and GET LBA STATUS.</content>
internal static partial class Cdb
{
    internal const byte Anchor = 0x10;
    internal const byte UnmapBit = 0x08;
    internal const byte NoDataOut = 0x01;

    // The first number is the length of the CDB: 10, 16 or 32.
    internal static byte[] WriteSame(int length, ulong lba, uint blocks, byte options = 0)
    {
        if (length < 32)
            return Block(length == 10 ? (byte)0x41 : (byte)0x93, length, lba, blocks, options);
        byte[] cdb = Variable(0x0D, lba);
        cdb[10] = options;
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(28), blocks);
        return cdb;
    }

    internal static byte[] Unmap(int listLength, bool anchor = false) =>
        [0x42, (byte)(anchor ? 1 : 0), 0, 0, 0, 0, 0, (byte)(listLength >> 8), (byte)listLength, 0];

    /// <summary>The parameter list of an UNMAP, with true lengths.</summary>
    internal static byte[] UnmapList(params (ulong Lba, uint Blocks)[] ranges)
    {
        byte[] list = new byte[8 + 16 * ranges.Length];
        BinaryPrimitives.WriteUInt16BigEndian(list, (ushort)(list.Length - 2));
        BinaryPrimitives.WriteUInt16BigEndian(list.AsSpan(2), (ushort)(list.Length - 8));
        for (int i = 0; i < ranges.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(list.AsSpan(8 + 16 * i), ranges[i].Lba);
            BinaryPrimitives.WriteUInt32BigEndian(list.AsSpan(16 + 16 * i), ranges[i].Blocks);
        }
        return list;
    }

    // The first number is the length of the CDB: 16 or 32.
    internal static byte[] GetLbaStatus(int length, ulong lba, uint allocationLength, uint scanLength = 0)
    {
        byte[] cdb;
        if (length == 16)
        {
            cdb = new byte[16];
            cdb[0] = 0x9E;
            cdb[1] = 0x12;
            BinaryPrimitives.WriteUInt64BigEndian(cdb.AsSpan(2), lba);
            BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(10), allocationLength);
            return cdb;
        }
        cdb = Variable(0x12, lba);
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(20), scanLength);
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(28), allocationLength);
        return cdb;
    }

    private static byte[] Variable(byte serviceAction, ulong lba)
    {
        byte[] cdb = new byte[32];
        cdb[0] = 0x7F;
        cdb[7] = 0x18;
        cdb[9] = serviceAction;
        BinaryPrimitives.WriteUInt64BigEndian(cdb.AsSpan(12), lba);
        return cdb;
    }
}
