namespace Scst.Iscsi.Protocol;

/// <summary>The outcome of <see cref="PduValidator"/>.</summary>
internal readonly record struct PduVerdict(PduAction Action, PduFault Fault, RejectReason Reason)
{
    public bool IsAccepted => Action == PduAction.Accept;

    public static PduVerdict Reject(PduFault fault, RejectReason reason) => new(PduAction.Reject, fault, reason);

    public static PduVerdict Terminate(PduFault fault) => new(PduAction.Terminate, fault, RejectReason.ProtocolError);
}
