using System;
using System.Buffers.Binary;

namespace Scst.VDisk.Tests;

/// <summary>CDBs of the commands that nobody may see half done, as SBC-5 draws them, written down a second time.</summary>
internal static class AtomicCdb
{
    internal static byte[] CompareAndWrite(ulong lba, byte blocks, byte options = 0)
    {
        byte[] cdb = new byte[16];
        cdb[0] = 0x89;
        cdb[1] = options;
        BinaryPrimitives.WriteUInt64BigEndian(cdb.AsSpan(2), lba);
        cdb[13] = blocks;
        return cdb;
    }

    internal static byte[] OrWrite(ulong lba, uint blocks, byte options = 0)
    {
        byte[] cdb = new byte[16];
        cdb[0] = 0x8B;
        cdb[1] = options;
        BinaryPrimitives.WriteUInt64BigEndian(cdb.AsSpan(2), lba);
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(10), blocks);
        return cdb;
    }

    internal static byte[] WriteAtomic(ulong lba, ushort blocks, byte options = 0)
    {
        byte[] cdb = new byte[16];
        cdb[0] = 0x9C;
        cdb[1] = options;
        BinaryPrimitives.WriteUInt64BigEndian(cdb.AsSpan(2), lba);
        BinaryPrimitives.WriteUInt16BigEndian(cdb.AsSpan(12), blocks);
        return cdb;
    }
}
