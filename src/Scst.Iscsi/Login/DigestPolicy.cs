namespace Scst.Iscsi;

/// <summary>Which values of HeaderDigest or DataDigest a target agrees to (RFC 7143 13.1).</summary>
public enum DigestPolicy
{
    /// <summary>CRC32C or none, whichever the initiator names first. The default.</summary>
    Allowed = 0,

    /// <summary>No digest. An initiator that insists on CRC32C is answered Reject and may give up the login.</summary>
    Forbidden = 1,

    /// <summary>CRC32C. A login that would end without it fails with status 0200 (initiator error).</summary>
    Required = 2,
}
