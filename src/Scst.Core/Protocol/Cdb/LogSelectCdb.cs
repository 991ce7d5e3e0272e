using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>LOG SELECT, operation code 4Ch (SPC-6).</summary>
public readonly ref struct LogSelectCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 10 bytes. A field beyond its end throws when it is read.</param>
    public LogSelectCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>PCR bit: set the log parameters to their default values.</summary>
    public bool ParameterCodeReset => (_cdb[1] & 0x02) != 0;

    /// <summary>PC: which values of data counters are meant.</summary>
    public LogPageControl PageControl => (LogPageControl)(_cdb[2] >> 6);

    /// <summary>PAGE CODE and SUBPAGE CODE; 00h/00h means all pages, subpage FFh all subpages of a page.</summary>
    public LogPageCode Page => new((byte)(_cdb[2] & 0x3F), _cdb[3]);

    /// <summary>PARAMETER LIST LENGTH in bytes.</summary>
    public ushort ParameterListLength => BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(7));
}
