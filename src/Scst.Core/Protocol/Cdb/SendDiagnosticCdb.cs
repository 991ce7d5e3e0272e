using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>SEND DIAGNOSTIC, operation code 1Dh (SPC-6).</summary>
public readonly ref struct SendDiagnosticCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 6 bytes. A field beyond its end throws when it is read.</param>
    public SendDiagnosticCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>SELF-TEST CODE, 0 to 7.</summary>
    public byte SelfTestCode => (byte)(_cdb[1] >> 5);

    /// <summary>PF bit: the parameter list is one diagnostic page.</summary>
    public bool PageFormat => (_cdb[1] & 0x10) != 0;

    /// <summary>SELFTEST bit: run the default self-test.</summary>
    public bool SelfTest => (_cdb[1] & 0x04) != 0;

    /// <summary>PARAMETER LIST LENGTH in bytes.</summary>
    public ushort ParameterListLength => BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(3));
}
