using System;

namespace Scst.Protocol;

/// <summary>Where a big-endian number of whole bytes lies in a CDB.</summary>
/// <param name="Offset">Offset of its most significant byte.</param>
/// <param name="Width">Bytes, 1 to 8; zero when the CDB has no such field.</param>
public readonly record struct CdbField(int Offset, int Width)
{
    /// <summary>No such field.</summary>
    public static CdbField None => default;

    /// <summary>Whether the CDB has the field.</summary>
    public bool Exists => Width != 0;

    /// <summary>The number in the field; zero if there is no field.</summary>
    /// <param name="cdb">A CDB that reaches to the end of the field.</param>
    /// <returns>The number, with every bit of its bytes: a field that shares its first byte must be masked by the caller.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The CDB ends before the field does.</exception>
    public ulong Read(ReadOnlySpan<byte> cdb)
    {
        ulong value = 0;
        foreach (var octet in cdb.Slice(Offset, Width))
            value = value << 8 | octet;
        return value;
    }
}
