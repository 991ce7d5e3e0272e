namespace Scst.Iscsi.Login;

/// <summary>Where a login stands.</summary>
internal enum LoginState : byte
{
    /// <summary>No request yet.</summary>
    Start = 0,
    Security,
    Operational,
    FullFeature,
    Failed,
}
