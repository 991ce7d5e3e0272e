using System;

namespace Scst.Protocol;

/// <summary>REQUEST SENSE, operation code 03h (SPC-6).</summary>
public readonly ref struct RequestSenseCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 6 bytes. A field beyond its end throws when it is read.</param>
    public RequestSenseCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>DESC bit: the format of the sense data to return.</summary>
    public SenseFormat Format => (_cdb[1] & 0x01) != 0 ? SenseFormat.Descriptor : SenseFormat.Fixed;

    /// <summary>ALLOCATION LENGTH in bytes.</summary>
    public byte AllocationLength => _cdb[4];
}
