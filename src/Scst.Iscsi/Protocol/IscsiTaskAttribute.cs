namespace Scst.Iscsi.Protocol;

/// <summary>ATTR of the SCSI Command (RFC 7143 11.3.1), whose codes are its own. 5 to 7 are reserved.</summary>
internal enum IscsiTaskAttribute : byte
{
    Untagged = 0,
    Simple = 1,
    Ordered = 2,
    HeadOfQueue = 3,
    Aca = 4,
}
