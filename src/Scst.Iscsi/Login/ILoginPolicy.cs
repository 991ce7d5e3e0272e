using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Login;

/// <summary>What a login needs to know of the world at the portal where it arrived. It must not block.</summary>
internal interface ILoginPolicy
{
    /// <summary>
    /// May this initiator have this session? Refusals are, for example, NotFound, TargetRemoved, AuthorizationFailure,
    /// SessionTypeNotSupported, ServiceUnavailable and OutOfResources.
    /// </summary>
    LoginDecision Authorize(LoginIdentity identity);

    /// <summary>
    /// Does a session fit the ISID, TSIH and CID (the table in RFC 7143 6.3.1)? Success, or SessionDoesNotExist,
    /// TooManyConnections, CannotIncludeInSession. Asked once, after <see cref="Authorize"/> has agreed.
    /// </summary>
    LoginStatus CheckSession(LoginIdentity identity);
}
