namespace Scst.Iscsi.Protocol;

/// <summary>Reason codes of the Logout Request (RFC 7143 11.14.1).</summary>
internal enum LogoutReason : byte
{
    CloseSession = 0,
    CloseConnection = 1,
    RemoveConnectionForRecovery = 2,
}
