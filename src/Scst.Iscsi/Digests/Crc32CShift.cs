using System.Numerics;

namespace Scst.Iscsi.Protocol;

/// <summary>
/// What a CRC32C register becomes when a fixed number of zero bytes follow. That is linear in the register's bits, so the
/// four bytes are looked up apart and added (xor).
/// </summary>
internal sealed class Crc32CShift
{
    private readonly uint[] _tables = new uint[4 * 256];

    public Crc32CShift(int zeroBytes)
    {
        for (var bit = 0; bit < 32; bit++)
        {
            var register = 1u << bit;
            for (var i = 0; i < zeroBytes; i++)
                register = BitOperations.Crc32C(register, (byte)0);
            var table = (bit / 8) * 256;
            var mask = 1 << (bit % 8);
            for (var value = 0; value < 256; value++)
            {
                if ((value & mask) != 0)
                    _tables[table + value] ^= register;
            }
        }
    }

    public uint Apply(uint register)
    {
        var tables = _tables;
        return tables[register & 0xff]
            ^ tables[256 + ((register >> 8) & 0xff)]
            ^ tables[512 + ((register >> 16) & 0xff)]
            ^ tables[768 + (register >> 24)];
    }
}
