using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>RESERVE(6), RESERVE(10), RELEASE(6) and RELEASE(10), operation codes 16h, 56h, 17h and 57h (SPC-2).</summary>
public readonly ref struct ReserveCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 6 or 10 bytes. A field beyond its end throws when it is read.</param>
    public ReserveCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>Whether this is the ten-byte form.</summary>
    public bool IsTenByte => _cdb[0] is (byte)OperationCode.Reserve10 or (byte)OperationCode.Release10;

    /// <summary>3RDPTY bit: on behalf of another initiator. Obsolete in the six-byte form.</summary>
    public bool ThirdParty => (_cdb[1] & 0x10) != 0;

    /// <summary>LONGID bit: the third party is named in the parameter list. Never in the six-byte form.</summary>
    public bool LongId => IsTenByte && (_cdb[1] & 0x02) != 0;

    /// <summary>EXTENT bit, obsolete: of extents, not of the whole logical unit.</summary>
    public bool Extent => (_cdb[1] & 0x01) != 0;

    /// <summary>THIRD-PARTY DEVICE ID; zero in the six-byte form.</summary>
    public byte ThirdPartyDeviceId => IsTenByte ? _cdb[3] : (byte)0;

    /// <summary>PARAMETER LIST LENGTH in bytes; in the six-byte form the obsolete EXTENT LIST LENGTH.</summary>
    public ushort ParameterListLength => BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(IsTenByte ? 7 : 3));
}
