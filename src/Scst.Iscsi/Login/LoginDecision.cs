using System;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Login;

/// <summary>What the policy says to a login whose names are known.</summary>
internal sealed record LoginDecision
{
    private LoginDecision(LoginStatus status) => Status = status;

    public LoginStatus Status { get; }

    /// <summary>What the target wants in the negotiation.</summary>
    public IscsiParameters Parameters { get; private init; } = IscsiParameters.Default;

    /// <summary>The tag of the portal group that serves the login (RFC 7143 13.9).</summary>
    public ushort PortalGroupTag { get; private init; }

    /// <summary>Sent in a normal session if not null (RFC 7143 13.6).</summary>
    public string? TargetAlias { get; private init; }

    /// <summary>Where the target has moved: host[:port], without a portal group tag (RFC 7143 13.8).</summary>
    public string? RedirectAddress { get; private init; }

    public static LoginDecision Accept(IscsiParameters parameters, ushort portalGroupTag, string? targetAlias = null) =>
        new(LoginStatus.Success) { Parameters = parameters, PortalGroupTag = portalGroupTag, TargetAlias = targetAlias };

    /// <exception cref="ArgumentException">The status is Success, which is no refusal, or a redirection without address.</exception>
    public static LoginDecision Refuse(LoginStatus status)
    {
        if (status is LoginStatus.Success or LoginStatus.TargetMovedPermanently or LoginStatus.TargetMovedTemporarily)
            throw new ArgumentException("Not a refusal.", nameof(status));
        return new LoginDecision(status);
    }

    public static LoginDecision Redirect(string address, bool permanently) =>
        new(permanently ? LoginStatus.TargetMovedPermanently : LoginStatus.TargetMovedTemporarily) { RedirectAddress = address };
}
