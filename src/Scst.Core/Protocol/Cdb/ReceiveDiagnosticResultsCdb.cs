using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>RECEIVE DIAGNOSTIC RESULTS, operation code 1Ch (SPC-6).</summary>
public readonly ref struct ReceiveDiagnosticResultsCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 6 bytes. A field beyond its end throws when it is read.</param>
    public ReceiveDiagnosticResultsCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>PCV bit: <see cref="PageCode"/> says which page is wanted; if not, the one of the last SEND DIAGNOSTIC is.</summary>
    public bool PageCodeValid => (_cdb[1] & 0x01) != 0;

    /// <summary>PAGE CODE.</summary>
    public byte PageCode => _cdb[2];

    /// <summary>ALLOCATION LENGTH in bytes.</summary>
    public ushort AllocationLength => BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(3));
}
