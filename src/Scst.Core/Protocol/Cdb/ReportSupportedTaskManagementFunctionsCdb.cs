using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS, operation code A3h, service action 0Dh (SPC-6).</summary>
public readonly ref struct ReportSupportedTaskManagementFunctionsCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 12 bytes. A field beyond its end throws when it is read.</param>
    public ReportSupportedTaskManagementFunctionsCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>REPD bit: return the extended parameter data, with timeouts.</summary>
    public bool Repd => (_cdb[2] & 0x80) != 0;

    /// <summary>ALLOCATION LENGTH in bytes.</summary>
    public uint AllocationLength => BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(6));
}
