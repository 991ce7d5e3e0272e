using System.Collections.Generic;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>Lets everybody in unless told otherwise.</summary>
internal sealed class FixedPolicy : ILoginPolicy
{
    public LoginDecision Decision { get; set; } = LoginDecision.Accept(IscsiParameters.Default, LoginScript.PortalGroupTag);

    public LoginStatus Session { get; set; }

    public List<LoginIdentity> Asked { get; } = [];

    public LoginDecision Authorize(LoginIdentity identity)
    {
        Asked.Add(identity);
        return Decision;
    }

    public LoginStatus CheckSession(LoginIdentity identity) => Session;
}
