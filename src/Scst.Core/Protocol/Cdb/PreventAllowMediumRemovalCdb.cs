using System;

namespace Scst.Protocol;

/// <summary>PREVENT ALLOW MEDIUM REMOVAL, operation code 1Eh (SBC-5, MMC-6).</summary>
public readonly ref struct PreventAllowMediumRemovalCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 6 bytes. A field beyond its end throws when it is read.</param>
    public PreventAllowMediumRemovalCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>PREVENT: zero allows removal, one prevents it; two and three are obsolete.</summary>
    public byte Prevent => (byte)(_cdb[4] & 0x03);
}
