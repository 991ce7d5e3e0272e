using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Driver;

/// <summary>Who may log in to what.</summary>
internal sealed class PortalLoginPolicy : ILoginPolicy
{
    private readonly TargetNode _node;

    public PortalLoginPolicy(TargetNode node) => _node = node;

    public LoginDecision Authorize(LoginIdentity identity)
    {
        if (identity.SessionType == IscsiSessionType.Normal)
        {
            if (_node.Find(identity.TargetName!) is not { } target)
                return LoginDecision.Refuse(LoginStatus.NotFound);
            if (!target.HasLunsFor(identity.InitiatorName))
                return LoginDecision.Refuse(LoginStatus.AuthorizationFailure);
        }

        return LoginDecision.Accept(_node.Parameters, TargetNode.PortalGroupTag);
    }

    public LoginStatus CheckSession(LoginIdentity identity) => _node.Sessions.Check(identity);
}
