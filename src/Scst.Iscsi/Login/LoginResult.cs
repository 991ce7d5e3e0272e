using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Login;

/// <summary>What a successful login has agreed on.</summary>
internal sealed record LoginResult(
    LoginIdentity Identity,
    NegotiatedParameters Parameters,
    ushort PortalGroupTag,
    SerialNumber32 InitialCmdSN);
