using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>Bits of a CDB that must be zero, made from the usage map of its command.</summary>
internal sealed class CdbMask
{
    private const byte VariableLength = (byte)OperationCode.VariableLength;

    // SAM-6, CONTROL byte: bits 7 and 6 are vendor specific, bits 1 and 0 obsolete (FLAG and LINK).
    private const byte ToleratedControlBits = 0xC3;

    private readonly byte[] _mustBeZero;
    private readonly ulong _first;
    private readonly ulong _second;

    public CdbMask(CommandDescriptor command)
    {
        var usage = command.Usage.Span;
        // Sixteen at least, so that the usual padded CDB is checked in two words; the padding is nobody's and is let pass.
        _mustBeZero = new byte[Math.Max(usage.Length, 16)];
        for (var index = 0; index < usage.Length; index++)
            _mustBeZero[index] = (byte)~usage[index];
        _mustBeZero[0] = 0;
        if ((byte)command.Code == VariableLength)
        {
            _mustBeZero[1] &= unchecked((byte)~ToleratedControlBits);
            // ADDITIONAL CDB LENGTH and SERVICE ACTION chose this very command.
            _mustBeZero[7] = _mustBeZero[8] = _mustBeZero[9] = 0;
        }
        else
        {
            if (command.ServiceAction is not null)
                _mustBeZero[1] &= 0xE0;
            _mustBeZero[usage.Length - 1] &= unchecked((byte)~ToleratedControlBits);
        }
        _first = BinaryPrimitives.ReadUInt64BigEndian(_mustBeZero);
        _second = BinaryPrimitives.ReadUInt64BigEndian(_mustBeZero.AsSpan(8));
        Length = usage.Length;
    }

    public int Length { get; }

    public bool Admits(ReadOnlySpan<byte> cdb)
    {
        if (cdb.Length == 16 && Length <= 16)
        {
            return ((BinaryPrimitives.ReadUInt64BigEndian(cdb) & _first)
                | (BinaryPrimitives.ReadUInt64BigEndian(cdb.Slice(8)) & _second)) == 0;
        }
        return cdb.Length >= Length && FindOffender(cdb) < 0;
    }

    /// <summary>First byte that has a bit set which must be zero, or -1. The CDB is at least as long as the usage map.</summary>
    public int FindOffender(ReadOnlySpan<byte> cdb)
    {
        for (var index = 1; index < Length; index++)
        {
            if ((cdb[index] & _mustBeZero[index]) != 0)
                return index;
        }
        return -1;
    }

    public byte MustBeZero(int index) => _mustBeZero[index];
}
