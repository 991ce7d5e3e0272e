using Scst.Protocol;

namespace Scst;

/// <summary>
/// Which I_T nexus a registration is for (SPC-6, registering): it outlives sessions, so it is made of names and not of
/// objects.
/// </summary>
/// <param name="InitiatorPort">The initiator port; for iSCSI with its ISID.</param>
/// <param name="RelativeTargetPort">The relative target port identifier.</param>
internal readonly record struct NexusId(TransportId InitiatorPort, ushort RelativeTargetPort)
{
    /// <inheritdoc/>
    public override string ToString() => $"{InitiatorPort} at target port {RelativeTargetPort}";
}
