using System.Net;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Driver;

/// <summary>Who may log in to what.</summary>
internal sealed class PortalLoginPolicy : ILoginPolicy
{
    private readonly TargetNode _node;
    private readonly IPAddress _portal;

    /// <param name="node">The node.</param>
    /// <param name="portal">The address that the initiator has connected to.</param>
    public PortalLoginPolicy(TargetNode node, IPAddress portal)
    {
        _node = node;
        _portal = portal;
    }

    public LoginDecision Authorize(LoginIdentity identity)
    {
        if (identity.SessionType == IscsiSessionType.Normal)
        {
            if (_node.Find(identity.TargetName!) is not { } target)
                return LoginDecision.Refuse(LoginStatus.NotFound);
            if (!target.HasLunsFor(PortalIdentity.Of(identity.InitiatorName, _portal)))
                return LoginDecision.Refuse(LoginStatus.AuthorizationFailure);
        }

        return LoginDecision.Accept(_node.Parameters, TargetNode.PortalGroupTag);
    }

    public LoginStatus CheckSession(LoginIdentity identity) => _node.Sessions.Check(identity);
}
