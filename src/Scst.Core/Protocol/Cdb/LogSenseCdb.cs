using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>LOG SENSE, operation code 4Dh (SPC-6).</summary>
public readonly ref struct LogSenseCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 10 bytes. A field beyond its end throws when it is read.</param>
    public LogSenseCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>PC: which values of data counters are wanted.</summary>
    public LogPageControl PageControl => (LogPageControl)(_cdb[2] >> 6);

    /// <summary>PAGE CODE and SUBPAGE CODE.</summary>
    public LogPageCode Page => new((byte)(_cdb[2] & 0x3F), _cdb[3]);

    /// <summary>PARAMETER POINTER: the first parameter code that is wanted.</summary>
    public ushort ParameterPointer => BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(5));

    /// <summary>ALLOCATION LENGTH in bytes.</summary>
    public ushort AllocationLength => BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(7));
}
