namespace Scst.Iscsi.Protocol;

/// <summary>Response of the SCSI Response (RFC 7143 11.4.3).</summary>
internal enum ServiceResponse : byte
{
    CommandCompleted = 0x00,
    TargetFailure = 0x01,
}
