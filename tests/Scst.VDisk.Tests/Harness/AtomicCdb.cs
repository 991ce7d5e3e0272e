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
}
