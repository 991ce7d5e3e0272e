using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Login;

/// <summary>
/// The answer to a Text Request: a Text Response with <see cref="Length"/> bytes of text, or, if <see cref="Reject"/> is not
/// None, a Reject.
/// </summary>
internal readonly record struct TextReply(
    bool Final, bool Continue, uint TargetTransferTag, int Length, RejectReason Reject, NegotiationFault Fault)
{
    public static TextReply Refuse(RejectReason reason, NegotiationFault fault) =>
        new(false, false, BasicHeader.ReservedTag, 0, reason, fault);
}
