using System;

namespace Scst.Protocol;

/// <summary>Some bits of one byte of a CDB have a value, for example START one in START STOP UNIT.</summary>
/// <param name="Offset">Offset of the byte.</param>
/// <param name="Mask">The bits.</param>
/// <param name="Value">Their value, in place.</param>
public readonly record struct CdbCondition(int Offset, byte Mask, byte Value)
{
    /// <summary>Whether a CDB meets the condition.</summary>
    /// <param name="cdb">The CDB; one that ends before the byte does not meet it.</param>
    /// <returns>Whether it does.</returns>
    public bool IsMet(ReadOnlySpan<byte> cdb) => Offset < cdb.Length && (cdb[Offset] & Mask) == Value;
}
