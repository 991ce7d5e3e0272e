namespace Scst.Iscsi.Protocol;

/// <summary>What a Data-Out PDU means for the sequence it belongs to.</summary>
internal enum DataOutVerdict : byte
{
    /// <summary>Take the data; more is to come.</summary>
    Accepted = 0,

    /// <summary>Take the data; the sequence is complete.</summary>
    Completed,

    /// <summary>The sequence has already ended.</summary>
    Unexpected,

    /// <summary>The Target Transfer Tag is not that of the sequence: Invalid PDU field (RFC 7143 11.17.1, note 2).</summary>
    WrongTag,

    /// <summary>Longer than the MaxRecvDataSegmentLength this target declared.</summary>
    SegmentTooLong,

    /// <summary>No data and no end: it would leave the sequence where it was.</summary>
    EmptySegment,

    /// <summary>DataSN is not the next of this sequence; at ErrorRecoveryLevel 0 that can't be repaired (RFC 7143 7.9).</summary>
    DataSNOutOfOrder,

    /// <summary>The data is not at the offset that follows the PDU before (DataPDUInOrder=Yes).</summary>
    OffsetOutOfOrder,

    /// <summary>More data than was asked for: Incorrect amount of data (RFC 7143 11.4.7.2).</summary>
    BeyondSequence,

    /// <summary>F, but less data than the R2T asked for: Incorrect amount of data (RFC 7143 11.4.7.2).</summary>
    FinalTooEarly,

    /// <summary>All data is there, but F is not.</summary>
    FinalMissing,
}
