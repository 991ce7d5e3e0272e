namespace Scst.Iscsi.Protocol;

/// <summary>Reasons of the Reject PDU (RFC 7143 11.17.1). 0x0b is deprecated and never sent.</summary>
internal enum RejectReason : byte
{
    /// <summary>Not a reason on the wire: nothing was rejected.</summary>
    None = 0x00,
    DataDigestError = 0x02,
    SnackReject = 0x03,
    ProtocolError = 0x04,
    CommandNotSupported = 0x05,
    TooManyImmediateCommands = 0x06,
    TaskInProgress = 0x07,
    InvalidDataAck = 0x08,
    InvalidPduField = 0x09,
    LongOperationReject = 0x0a,
    WaitingForLogout = 0x0c,
}
