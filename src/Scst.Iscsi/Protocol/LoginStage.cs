namespace Scst.Iscsi.Protocol;

/// <summary>Stage codes of CSG and NSG (RFC 7143 11.12.3). 2 is reserved.</summary>
internal enum LoginStage : byte
{
    SecurityNegotiation = 0,
    LoginOperationalNegotiation = 1,
    FullFeaturePhase = 3,
}
