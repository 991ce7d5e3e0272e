using System;
using System.Buffers.Binary;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>CDBs as SBC-5 and SPC-6 lay them out, padded to 16 bytes as iSCSI carries them.</summary>
internal static class Cdb
{
    public static byte[] TestUnitReady() => new byte[16];

    public static byte[] Read10(uint lba, int blocks) => Block10(0x28, lba, blocks);

    public static byte[] Write10(uint lba, int blocks) => Block10(0x2a, lba, blocks);

    public static byte[] Inquiry(int allocation)
    {
        var cdb = new byte[16];
        cdb[0] = 0x12;
        BinaryPrimitives.WriteUInt16BigEndian(cdb.AsSpan(3), (ushort)allocation);
        return cdb;
    }

    private static byte[] Block10(byte code, uint lba, int blocks)
    {
        var cdb = new byte[16];
        cdb[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(2), lba);
        BinaryPrimitives.WriteUInt16BigEndian(cdb.AsSpan(7), (ushort)blocks);
        return cdb;
    }
}
