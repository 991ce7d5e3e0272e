using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>UNMAP, operation code 42h (SBC-5).</summary>
public readonly ref struct UnmapCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 10 bytes. A field beyond its end throws when it is read.</param>
    public UnmapCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>ANCHOR bit: leave the blocks anchored, not deallocated.</summary>
    public bool Anchor => (_cdb[1] & 0x01) != 0;

    /// <summary>GROUP NUMBER, 0 to 63.</summary>
    public byte GroupNumber => (byte)(_cdb[6] & 0x3F);

    /// <summary>PARAMETER LIST LENGTH in bytes.</summary>
    public ushort ParameterListLength => BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(7));
}
