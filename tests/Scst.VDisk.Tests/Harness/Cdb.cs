using System;
using System.Buffers.Binary;

namespace Scst.VDisk.Tests;

/// <summary>CDBs as SBC-5 draws them, written down a second time so that a misread field of the product shows.</summary>
internal static partial class Cdb
{
    internal const byte Dpo = 0x10;
    internal const byte Fua = 0x08;
    internal const byte Immediate = 0x02;

    internal static byte[] TestUnitReady => new byte[6];

    internal static byte[] Reserve6 => [0x16, 0, 0, 0, 0, 0];

    internal static byte[] ReadCapacity10 => [0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    // The first number is the length of the CDB: 6, 10, 12 or 16.
    internal static byte[] Read(int length, ulong lba, uint blocks, byte options = 0) =>
        Block(length switch { 6 => 0x08, 10 => 0x28, 12 => 0xA8, _ => 0x88 }, length, lba, blocks, options);

    // The first number is the length of the CDB: 6, 10, 12 or 16.
    internal static byte[] Write(int length, ulong lba, uint blocks, byte options = 0) =>
        Block(length switch { 6 => 0x0A, 10 => 0x2A, 12 => 0xAA, _ => 0x8A }, length, lba, blocks, options);

    // The first number is the length of the CDB: 10, 12 or 16.
    internal static byte[] WriteAndVerify(int length, ulong lba, uint blocks, int byteCheck = 0) =>
        Block(length switch { 10 => 0x2E, 12 => 0xAE, _ => 0x8E }, length, lba, blocks, (byte)(byteCheck << 1));

    // The first number is the length of the CDB: 10, 12 or 16.
    internal static byte[] Verify(int length, ulong lba, uint blocks, int byteCheck = 0) =>
        Block(length switch { 10 => 0x2F, 12 => 0xAF, _ => 0x8F }, length, lba, blocks, (byte)(byteCheck << 1));

    // The first number is the length of the CDB: 10 or 16.
    internal static byte[] SynchronizeCache(int length, ulong lba = 0, uint blocks = 0, byte options = 0) =>
        Block(length == 10 ? (byte)0x35 : (byte)0x91, length, lba, blocks, options);

    // The first number is the length of the CDB: 10 or 16.
    internal static byte[] PreFetch(int length, ulong lba, uint blocks, byte options = 0) =>
        Block(length == 10 ? (byte)0x34 : (byte)0x90, length, lba, blocks, options);

    internal static byte[] StartStop(bool start, bool noFlush = false, bool immediate = false) =>
        [0x1B, (byte)(immediate ? 1 : 0), 0, 0, (byte)((noFlush ? 4 : 0) | (start ? 1 : 0)), 0];

    internal static byte[] ReadCapacity16(uint allocationLength)
    {
        byte[] cdb = new byte[16];
        cdb[0] = 0x9E;
        cdb[1] = 0x10;
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(10), allocationLength);
        return cdb;
    }

    internal static byte[] InquiryPage(byte page) => [0x12, 1, page, 0, 0xFF, 0];

    internal static byte[] ModeSense10(byte page, byte control = 0) => [0x5A, 0x08, (byte)(control << 6 | page), 0, 0, 0, 0, 0, 0xFF, 0];

    internal static byte[] ModeSelect10(int length) => [0x55, 0x10, 0, 0, 0, 0, 0, 0, (byte)length, 0];

    private static byte[] Block(byte code, int length, ulong lba, uint blocks, byte options)
    {
        byte[] cdb = new byte[length];
        Span<byte> span = cdb;
        switch (length)
        {
            case 6:
                BinaryPrimitives.WriteUInt32BigEndian(span, (uint)lba & 0x1FFFFF);
                span[4] = (byte)blocks;
                break;
            case 10:
                BinaryPrimitives.WriteUInt32BigEndian(span[2..], (uint)lba);
                BinaryPrimitives.WriteUInt16BigEndian(span[7..], (ushort)blocks);
                break;
            case 12:
                BinaryPrimitives.WriteUInt32BigEndian(span[2..], (uint)lba);
                BinaryPrimitives.WriteUInt32BigEndian(span[6..], blocks);
                break;
            default:
                BinaryPrimitives.WriteUInt64BigEndian(span[2..], lba);
                BinaryPrimitives.WriteUInt32BigEndian(span[10..], blocks);
                break;
        }
        span[0] = code;
        if (length > 6)
            span[1] = options;
        return cdb;
    }
}
