using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>REPORT SUPPORTED OPERATION CODES, operation code A3h, service action 0Ch (SPC-6).</summary>
public readonly ref struct ReportSupportedOperationCodesCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 12 bytes. A field beyond its end throws when it is read.</param>
    public ReportSupportedOperationCodesCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>RCTD bit: return command timeouts descriptors.</summary>
    public bool Rctd => (_cdb[2] & 0x80) != 0;

    /// <summary>REPORTING OPTIONS: 0 all commands, 1 one operation code, 2 one operation code and service action, 3 either.</summary>
    public byte ReportingOptions => (byte)(_cdb[2] & 0x07);

    /// <summary>REQUESTED OPERATION CODE.</summary>
    public byte RequestedOperationCode => _cdb[3];

    /// <summary>REQUESTED SERVICE ACTION.</summary>
    public ushort RequestedServiceAction => BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(4));

    /// <summary>ALLOCATION LENGTH in bytes.</summary>
    public uint AllocationLength => BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(6));
}
