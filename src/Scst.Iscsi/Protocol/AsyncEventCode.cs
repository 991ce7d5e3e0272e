namespace Scst.Iscsi.Protocol;

/// <summary>AsyncEvent codes of the Asynchronous Message (RFC 7143 11.9.1).</summary>
internal enum AsyncEventCode : byte
{
    ScsiEvent = 0,
    LogoutRequested = 1,
    ConnectionDropped = 2,
    SessionDropped = 3,
    NegotiationRequested = 4,
    TasksTerminated = 5,
    VendorSpecific = 255,
}
