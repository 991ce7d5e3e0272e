using System;

namespace Scst.Protocol;

/// <summary>REPORT PRIORITY, service action 0Eh of MAINTENANCE IN (SPC-6).</summary>
public readonly ref struct ReportPriorityCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 12 bytes. A field beyond its end throws when it is read.</param>
    public ReportPriorityCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>PRIORITY REPORTED: 0 for the I_T nexus of the command, 1 for those whose priority is not the initial one; 2 and 3 are reserved.</summary>
    public byte PriorityReported => (byte)(_cdb[2] >> 6);
}
