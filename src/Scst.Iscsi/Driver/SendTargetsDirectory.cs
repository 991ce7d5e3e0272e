using System.Collections.Generic;
using System.Globalization;
using System.Net;
using Scst.Iscsi.Login;

namespace Scst.Iscsi.Driver;

/// <summary>What SendTargets tells one initiator (RFC 7143 Appendix C): targets that have a LUN for it, at every portal.</summary>
internal sealed class SendTargetsDirectory : ISendTargetsSource
{
    private readonly TargetNode _node;
    private readonly InitiatorIdentity _initiator;
    private readonly string[] _addresses;

    /// <param name="node">The node asked.</param>
    /// <param name="initiatorName">Who asks.</param>
    /// <param name="local">The address that it has connected to.</param>
    public SendTargetsDirectory(TargetNode node, string initiatorName, IPEndPoint local)
    {
        _node = node;
        _initiator = PortalIdentity.Of(initiatorName, local.Address);
        var addresses = new List<string>();
        foreach (var portal in node.Portals)
        {
            if (AddressOf(portal, local) is { } address && !addresses.Contains(address))
                addresses.Add(address);
        }

        _addresses = addresses.ToArray();
    }

    public IEnumerable<SendTargetsRecord> Find(string? targetName)
    {
        foreach (var target in _node.Targets)
        {
            if ((targetName is null || targetName == target.Name) && target.HasLunsFor(_initiator))
                yield return new SendTargetsRecord(target.Name, _addresses);
        }
    }

    // A wildcard address means nothing to an initiator; the one that it has reached us at does.
    private static string? AddressOf(IPEndPoint portal, IPEndPoint local)
    {
        var address = portal.Address;
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            if (portal.AddressFamily != local.AddressFamily)
                return null;
            address = local.Address;
        }

        // IPEndPoint writes IPv6 addresses in brackets, as RFC 7143 13.8 asks; a scope is of this host only.
        if (address.IsIPv6LinkLocal)
            address = new IPAddress(address.GetAddressBytes());
        return string.Create(CultureInfo.InvariantCulture, $"{new IPEndPoint(address, portal.Port)},{TargetNode.PortalGroupTag}");
    }
}
