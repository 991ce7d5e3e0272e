namespace Scst.Protocol;

/// <summary>SCOPE of a persistent reservation (SPC-6); 1h and 2h are obsolete, the others reserved.</summary>
internal enum PersistentReservationScope : byte
{
    /// <summary>0h LU_SCOPE: the entire logical unit, the only one there is.</summary>
    LogicalUnit = 0x0,
}
