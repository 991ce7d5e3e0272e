using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>MODE SELECT(6), operation code 15h, and MODE SELECT(10), operation code 55h (SPC-6).</summary>
public readonly ref struct ModeSelectCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 6 or 10 bytes. A field beyond its end throws when it is read.</param>
    public ModeSelectCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>Whether this is MODE SELECT(10): ten-byte CDB and eight-byte mode parameter header.</summary>
    public bool IsTenByte => _cdb[0] == (byte)OperationCode.ModeSelect10;

    /// <summary>PF bit: the mode pages have the format of the standard.</summary>
    public bool PageFormat => (_cdb[1] & 0x10) != 0;

    /// <summary>RTD bit: set every page to its default values.</summary>
    public bool RevertToDefaults => (_cdb[1] & 0x02) != 0;

    /// <summary>SP bit: make the values survive a power loss.</summary>
    public bool SavePages => (_cdb[1] & 0x01) != 0;

    /// <summary>PARAMETER LIST LENGTH in bytes.</summary>
    public ushort ParameterListLength => IsTenByte ? BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(7)) : _cdb[4];
}
