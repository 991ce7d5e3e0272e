using System;
using System.Buffers.Binary;

namespace Scst.Tests;

/// <summary>CDBs as SPC-6, SPC-2 and SBC-5 lay them out.</summary>
internal static class Cdbs
{
    internal static byte[] TestUnitReady { get; } = [0x00, 0, 0, 0, 0, 0];

    internal static byte[] Synchronize { get; } = [0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    internal static byte[] Reserve6 { get; } = [0x16, 0, 0, 0, 0, 0];

    internal static byte[] Release6 { get; } = [0x17, 0, 0, 0, 0, 0];

    internal static byte[] Reserve10 { get; } = [0x56, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    internal static byte[] Release10 { get; } = [0x57, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    internal static byte[] Inquiry(int length, int page = -1) =>
        [0x12, (byte)(page < 0 ? 0 : 1), (byte)(page < 0 ? 0 : page), (byte)(length >> 8), (byte)length, 0];

    internal static byte[] RequestSense(bool descriptor = false) => [0x03, (byte)(descriptor ? 1 : 0), 0, 0, 252, 0];

    internal static byte[] ReportLuns(int length = 4096, byte select = 0) =>
        [0xA0, 0, select, 0, 0, 0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, 0, 0];

    internal static byte[] Read(int lba, int blocks) => Block(0x28, lba, blocks);

    internal static byte[] Write(int lba, int blocks) => Block(0x2A, lba, blocks);

    internal static byte[] ModeSense6(byte page, byte subpage = 0, byte control = 0, bool dbd = false, byte length = 255) =>
        [0x1A, (byte)(dbd ? 0x08 : 0), (byte)(control << 6 | page), subpage, length, 0];

    internal static byte[] ModeSense10(
        byte page,
        byte subpage = 0,
        byte control = 0,
        bool dbd = false,
        bool llbaa = false,
        ushort length = 4096) =>
    [
        0x5A, (byte)((dbd ? 0x08 : 0) | (llbaa ? 0x10 : 0)), (byte)(control << 6 | page), subpage,
        0, 0, 0, (byte)(length >> 8), (byte)length, 0,
    ];

    internal static byte[] ModeSelect6(int length, byte options = 0x10) => [0x15, options, 0, 0, (byte)length, 0];

    internal static byte[] ModeSelect10(int length, byte options = 0x10) =>
        [0x55, options, 0, 0, 0, 0, 0, (byte)(length >> 8), (byte)length, 0];

    /// <summary>REPORT SUPPORTED OPERATION CODES.</summary>
    internal static byte[] SupportedOperationCodes(byte options, byte code = 0, ushort serviceAction = 0, bool timeouts = false) =>
    [
        0xA3, 0x0C, (byte)((timeouts ? 0x80 : 0) | options), code, (byte)(serviceAction >> 8), (byte)serviceAction, 0, 0, 0x40, 0, 0, 0,
    ];

    /// <summary>REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS.</summary>
    internal static byte[] SupportedTaskManagement(bool extended, int length = 16) =>
        [0xA3, 0x0D, (byte)(extended ? 0x80 : 0), 0, 0, 0, 0, 0, 0, (byte)length, 0, 0];

    private static byte[] Block(byte code, int lba, int blocks)
    {
        byte[] cdb = [code, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(cdb.AsSpan(2), lba);
        BinaryPrimitives.WriteUInt16BigEndian(cdb.AsSpan(7), (ushort)blocks);
        return cdb;
    }
}
