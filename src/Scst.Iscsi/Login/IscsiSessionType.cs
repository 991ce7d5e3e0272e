namespace Scst.Iscsi.Login;

/// <summary>SessionType (RFC 7143 13.21).</summary>
internal enum IscsiSessionType : byte
{
    Normal = 0,
    Discovery,
}
