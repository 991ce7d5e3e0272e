using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>MODE SENSE(6), operation code 1Ah, and MODE SENSE(10), operation code 5Ah (SPC-6).</summary>
public readonly ref struct ModeSenseCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 6 or 10 bytes. A field beyond its end throws when it is read.</param>
    public ModeSenseCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>Whether this is MODE SENSE(10): ten-byte CDB and eight-byte mode parameter header.</summary>
    public bool IsTenByte => _cdb[0] == (byte)OperationCode.ModeSense10;

    /// <summary>DBD bit: return no block descriptors.</summary>
    public bool Dbd => (_cdb[1] & 0x08) != 0;

    /// <summary>LLBAA bit: a long LBA block descriptor is accepted. Never in MODE SENSE(6).</summary>
    public bool LlBaa => IsTenByte && (_cdb[1] & 0x10) != 0;

    /// <summary>PAGE CONTROL: which values are wanted.</summary>
    public ModePageControl PageControl => (ModePageControl)(_cdb[2] >> 6);

    /// <summary>PAGE CODE, 0 to 3Fh; 3Fh asks for all pages.</summary>
    public byte PageCode => (byte)(_cdb[2] & 0x3F);

    /// <summary>SUBPAGE CODE; FFh asks for all subpages.</summary>
    public byte SubpageCode => _cdb[3];

    /// <summary>ALLOCATION LENGTH in bytes.</summary>
    public ushort AllocationLength => IsTenByte ? BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(7)) : _cdb[4];
}
