using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>PERSISTENT RESERVE OUT, operation code 5Fh (SPC-6).</summary>
internal readonly ref struct PersistentReserveOutCdb
{
    /// <summary>Bytes of the CDB.</summary>
    public const int Length = 10;

    /// <summary>The longest parameter list that is taken: the field pointer of the sense data reaches no further.</summary>
    public const int MaxParameterListLength = 0x1_0000;

    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 10 bytes. A field beyond its end throws when it is read.</param>
    public PersistentReserveOutCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>SERVICE ACTION, 0 to 31.</summary>
    public PersistentReserveOutServiceAction ServiceAction => (PersistentReserveOutServiceAction)(_cdb[1] & 0x1F);

    /// <summary>SCOPE, 0 to 15.</summary>
    public PersistentReservationScope Scope => (PersistentReservationScope)(_cdb[2] >> 4);

    /// <summary>TYPE, 0 to 15.</summary>
    public PersistentReservationType Type => (PersistentReservationType)(_cdb[2] & 0x0F);

    /// <summary>PARAMETER LIST LENGTH in bytes.</summary>
    public uint ParameterListLength => BinaryPrimitives.ReadUInt32BigEndian(_cdb.Slice(5));

    /// <summary>Writes a CDB with CONTROL zero.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="serviceAction">SERVICE ACTION.</param>
    /// <param name="scope">SCOPE.</param>
    /// <param name="type">TYPE.</param>
    /// <param name="parameterListLength">PARAMETER LIST LENGTH in bytes.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int Write(
        Span<byte> destination,
        PersistentReserveOutServiceAction serviceAction,
        PersistentReservationScope scope,
        PersistentReservationType type,
        uint parameterListLength)
    {
        var cdb = destination.Slice(0, Length);
        cdb.Clear();
        cdb[0] = (byte)OperationCode.PersistentReserveOut;
        cdb[1] = (byte)((byte)serviceAction & 0x1F);
        cdb[2] = (byte)((byte)scope << 4 | (byte)type & 0x0F);
        BinaryPrimitives.WriteUInt32BigEndian(cdb.Slice(5), parameterListLength);
        return Length;
    }
}
