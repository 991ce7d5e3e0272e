using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>
/// WRITE SAME(10), operation code 41h, WRITE SAME(16), operation code 93h, and WRITE SAME(32), operation code 7Fh, service action
/// 000Dh (SBC-5).
/// </summary>
public readonly ref struct WriteSameCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 10, 16 or 32 bytes. A field beyond its end throws when it is read.</param>
    public WriteSameCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>Whether this is WRITE SAME(16).</summary>
    public bool IsSixteenByte => _cdb[0] == (byte)OperationCode.WriteSame16;

    /// <summary>Whether this is WRITE SAME(32).</summary>
    public bool IsThirtyTwoByte => _cdb[0] == (byte)OperationCode.VariableLength;

    /// <summary>WRPROTECT, 0 to 7.</summary>
    public byte ProtectionField => (byte)(Options >> 5);

    /// <summary>ANCHOR bit: leave the blocks anchored; with UNMAP only.</summary>
    public bool Anchor => (Options & 0x10) != 0;

    /// <summary>UNMAP bit: the blocks may be unmapped instead of written.</summary>
    public bool Unmap => (Options & 0x08) != 0;

    /// <summary>LBDATA bit, obsolete.</summary>
    public bool LogicalBlockData => (Options & 0x02) != 0;

    /// <summary>PBDATA bit, obsolete.</summary>
    public bool PhysicalBlockData => (Options & 0x04) != 0;

    /// <summary>NDOB bit: there is no Data-Out buffer, zeros are written. Never in WRITE SAME(10).</summary>
    public bool NoDataOutBuffer => _cdb[0] != (byte)OperationCode.WriteSame10 && (Options & 0x01) != 0;

    /// <summary>LOGICAL BLOCK ADDRESS.</summary>
    public ulong Lba => _cdb[0] switch
    {
        (byte)OperationCode.WriteSame10 => BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(2)),
        (byte)OperationCode.VariableLength => BinaryPrimitives.ReadUInt64BigEndian(_cdb.Slice(12)),
        _ => BinaryPrimitives.ReadUInt64BigEndian(_cdb.Slice(2)),
    };

    /// <summary>NUMBER OF LOGICAL BLOCKS; zero means to the last block, where WSNZ of the block limits page allows it.</summary>
    public uint Blocks => _cdb[0] switch
    {
        (byte)OperationCode.WriteSame10 => BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(7)),
        (byte)OperationCode.VariableLength => BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(28)),
        _ => BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(10)),
    };

    private byte Options => _cdb[IsThirtyTwoByte ? 10 : 1];
}
