using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>
/// REPORT IDENTIFYING INFORMATION, service action 05h of A3h, and SET IDENTIFYING INFORMATION, service action 06h of A4h (SPC-6).
/// </summary>
public readonly ref struct IdentifyingInformationCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 12 bytes. A field beyond its end throws when it is read.</param>
    public IdentifyingInformationCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>ALLOCATION LENGTH or PARAMETER LIST LENGTH in bytes.</summary>
    public uint Length => BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(6));

    /// <summary>INFORMATION TYPE, 0 to 7Fh.</summary>
    public IdentifyingInformationType Type => (IdentifyingInformationType)(_cdb[10] >> 1);
}
