namespace Scst.Protocol;

/// <summary>TYPE of a persistent reservation (SPC-6); 0h, 2h and 4h are obsolete, 9h to Fh reserved.</summary>
internal enum PersistentReservationType : byte
{
    /// <summary>1h Write Exclusive: one holder, who alone may write.</summary>
    WriteExclusive = 0x1,

    /// <summary>3h Exclusive Access: one holder, who alone may read and write.</summary>
    ExclusiveAccess = 0x3,

    /// <summary>5h Write Exclusive - Registrants Only: one holder; every registered I_T nexus may write.</summary>
    WriteExclusiveRegistrantsOnly = 0x5,

    /// <summary>6h Exclusive Access - Registrants Only: one holder; every registered I_T nexus may read and write.</summary>
    ExclusiveAccessRegistrantsOnly = 0x6,

    /// <summary>7h Write Exclusive - All Registrants: every registered I_T nexus is a holder.</summary>
    WriteExclusiveAllRegistrants = 0x7,

    /// <summary>8h Exclusive Access - All Registrants: every registered I_T nexus is a holder.</summary>
    ExclusiveAccessAllRegistrants = 0x8,
}
