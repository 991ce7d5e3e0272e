using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>PERSISTENT RESERVE IN, operation code 5Eh (SPC-6).</summary>
internal readonly ref struct PersistentReserveInCdb
{
    /// <summary>Bytes of the CDB.</summary>
    public const int Length = 10;

    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 10 bytes. A field beyond its end throws when it is read.</param>
    public PersistentReserveInCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>SERVICE ACTION, 0 to 31.</summary>
    public PersistentReserveInServiceAction ServiceAction => (PersistentReserveInServiceAction)(_cdb[1] & 0x1F);

    /// <summary>ALLOCATION LENGTH in bytes.</summary>
    public ushort AllocationLength => BinaryPrimitives.ReadUInt16BigEndian(_cdb.Slice(7));

    /// <summary>Writes a CDB with CONTROL zero.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="serviceAction">SERVICE ACTION.</param>
    /// <param name="allocationLength">ALLOCATION LENGTH in bytes.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int Write(Span<byte> destination, PersistentReserveInServiceAction serviceAction, ushort allocationLength)
    {
        var cdb = destination.Slice(0, Length);
        cdb.Clear();
        cdb[0] = (byte)OperationCode.PersistentReserveIn;
        cdb[1] = (byte)((byte)serviceAction & 0x1F);
        BinaryPrimitives.WriteUInt16BigEndian(cdb.Slice(7), allocationLength);
        return Length;
    }
}
