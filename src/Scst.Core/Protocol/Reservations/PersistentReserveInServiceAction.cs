namespace Scst.Protocol;

/// <summary>SERVICE ACTION of PERSISTENT RESERVE IN (SPC-6); 04h to 1Fh are reserved.</summary>
internal enum PersistentReserveInServiceAction : byte
{
    /// <summary>00h READ KEYS.</summary>
    ReadKeys = 0x00,

    /// <summary>01h READ RESERVATION.</summary>
    ReadReservation = 0x01,

    /// <summary>02h REPORT CAPABILITIES.</summary>
    ReportCapabilities = 0x02,

    /// <summary>03h READ FULL STATUS.</summary>
    ReadFullStatus = 0x03,
}
