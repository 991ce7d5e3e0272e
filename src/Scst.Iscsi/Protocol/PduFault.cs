namespace Scst.Iscsi.Protocol;

/// <summary>Why a PDU was not accepted; for the log and the counters.</summary>
internal enum PduFault : byte
{
    None = 0,
    UnknownOpcode,
    DataSegmentTooLong,
    UnexpectedAhs,
    ReservedTaskTag,
    NopOutNotImmediate,
    NeitherWriteNorFinal,
    DirectionMissing,
    ReservedTaskAttribute,
    ImmediateDataWithoutWrite,
    ImmediateDataTooLong,
    ContinueAndFinal,
    LoginInFullFeaturePhase,
    ReservedLogoutReason,
    SnackAtErrorRecoveryLevel0,
    BufferOffsetOverflow,
}
