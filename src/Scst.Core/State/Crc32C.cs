using System;

namespace Scst;

/// <summary>CRC32C (Castagnoli): generator 1EDC6F41h, reflected, complemented before and after. For records, not for data.</summary>
internal static class Crc32C
{
    private const uint ReflectedGenerator = 0x82F6_3B78;

    private static readonly uint[] _table = MakeTable();

    /// <summary>Computes the CRC of some bytes, or of more bytes behind those of an earlier value.</summary>
    internal static uint Compute(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        uint register = ~before;
        foreach (byte value in bytes)
            register = _table[(byte)(register ^ value)] ^ register >> 8;
        return ~register;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint index = 0; index < table.Length; index++)
        {
            uint value = index;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? value >> 1 ^ ReflectedGenerator : value >> 1;
            table[index] = value;
        }
        return table;
    }
}
