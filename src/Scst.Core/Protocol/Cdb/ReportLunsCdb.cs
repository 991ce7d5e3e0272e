using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>REPORT LUNS, operation code A0h (SPC-6).</summary>
public readonly ref struct ReportLunsCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 12 bytes. A field beyond its end throws when it is read.</param>
    public ReportLunsCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>
    /// SELECT REPORT: 00h without well known logical units, 01h well known ones only, 02h all; 10h to 12h for administrative
    /// ones.
    /// </summary>
    public byte SelectReport => _cdb[2];

    /// <summary>ALLOCATION LENGTH in bytes.</summary>
    public uint AllocationLength => BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(6));
}
