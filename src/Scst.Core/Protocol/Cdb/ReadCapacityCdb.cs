using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>READ CAPACITY(10), operation code 25h, and READ CAPACITY(16), operation code 9Eh, service action 10h (SBC-5).</summary>
public readonly ref struct ReadCapacityCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 10 or 16 bytes. A field beyond its end throws when it is read.</param>
    public ReadCapacityCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>Whether this is READ CAPACITY(16).</summary>
    public bool IsSixteenByte => _cdb[0] == (byte)OperationCode.ServiceActionIn16;

    /// <summary>LOGICAL BLOCK ADDRESS, obsolete.</summary>
    public ulong Lba =>
        IsSixteenByte ? BinaryPrimitives.ReadUInt64BigEndian(_cdb.Slice(2)) : BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(2));

    /// <summary>PMI bit, obsolete.</summary>
    public bool Pmi => (_cdb[IsSixteenByte ? 14 : 8] & 0x01) != 0;

    /// <summary>ALLOCATION LENGTH in bytes; READ CAPACITY(10) has none and always returns eight bytes.</summary>
    public uint AllocationLength => IsSixteenByte ? BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(10)) : 8;
}
