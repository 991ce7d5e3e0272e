using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>INQUIRY, operation code 12h (SPC-6).</summary>
public readonly ref struct InquiryCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 6 bytes. A field beyond its end throws when it is read.</param>
    public InquiryCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>EVPD bit: a vital product data page is wanted, not standard INQUIRY data.</summary>
    public bool Evpd => (_cdb[1] & 0x01) != 0;

    /// <summary>CMDDT bit, obsolete since SPC-3: command support data is wanted.</summary>
    public bool CommandSupportData => (_cdb[1] & 0x02) != 0;

    /// <summary>PAGE CODE of the vital product data page; must be zero without EVPD.</summary>
    public byte PageCode => _cdb[2];

    /// <summary>ALLOCATION LENGTH in bytes.</summary>
    public ushort AllocationLength => BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(3));
}
