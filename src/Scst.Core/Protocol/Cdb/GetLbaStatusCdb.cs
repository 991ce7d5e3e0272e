using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>
/// GET LBA STATUS(16), operation code 9Eh, service action 12h, and GET LBA STATUS(32), operation code 7Fh, service action 0012h
/// (SBC-5).
/// </summary>
public readonly ref struct GetLbaStatusCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 16 or 32 bytes. A field beyond its end throws when it is read.</param>
    public GetLbaStatusCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>Whether this is GET LBA STATUS(32).</summary>
    public bool IsThirtyTwoByte => _cdb[0] == (byte)OperationCode.VariableLength;

    /// <summary>STARTING LOGICAL BLOCK ADDRESS.</summary>
    public ulong Lba => BinaryPrimitives.ReadUInt64BigEndian(_cdb.Slice(IsThirtyTwoByte ? 12 : 2));

    /// <summary>ALLOCATION LENGTH in bytes.</summary>
    public uint AllocationLength => BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(IsThirtyTwoByte ? 28 : 10));

    /// <summary>REPORT TYPE: 0 all logical blocks; others choose by status.</summary>
    public byte ReportType => _cdb[IsThirtyTwoByte ? 10 : 14];

    /// <summary>SCAN LENGTH: most logical blocks to look at; zero for no limit, as in GET LBA STATUS(16), which has no such field.</summary>
    public uint ScanLength => IsThirtyTwoByte ? BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(20)) : 0;

    /// <summary>ELEMENT IDENTIFIER: the element whose blocks are meant; zero for all, as in GET LBA STATUS(16), which has no such field.</summary>
    public uint ElementIdentifier => IsThirtyTwoByte ? BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(24)) : 0;
}
