using System.Net;

namespace Scst.Iscsi.Driver;

/// <summary>How access control rules see an iSCSI initiator: by its name and by the address that it has connected to.</summary>
internal static class PortalIdentity
{
    public static InitiatorIdentity Of(string initiatorName, IPAddress portal) =>
        new(initiatorName) { Portal = (portal.IsIPv4MappedToIPv6 ? portal.MapToIPv4() : portal).ToString() };
}
