using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>GET LBA STATUS(16), operation code 9Eh, service action 12h (SBC-5).</summary>
public readonly ref struct GetLbaStatusCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 16 bytes. A field beyond its end throws when it is read.</param>
    public GetLbaStatusCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>STARTING LOGICAL BLOCK ADDRESS.</summary>
    public ulong Lba => BinaryPrimitives.ReadUInt64BigEndian(_cdb.Slice(2));

    /// <summary>ALLOCATION LENGTH in bytes.</summary>
    public uint AllocationLength => BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(10));

    /// <summary>REPORT TYPE: 0 all logical blocks; others choose by status.</summary>
    public byte ReportType => _cdb[14];
}
