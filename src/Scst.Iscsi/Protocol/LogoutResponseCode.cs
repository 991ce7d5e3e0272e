namespace Scst.Iscsi.Protocol;

/// <summary>Response codes of the Logout Response (RFC 7143 11.15.1).</summary>
internal enum LogoutResponseCode : byte
{
    Closed = 0,
    ConnectionNotFound = 1,
    RecoveryNotSupported = 2,
    CleanupFailed = 3,
}
