using System;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Driver;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;

namespace Scst.Iscsi.Receiving;

/// <summary>Text Request (RFC 7143 11.10): SendTargets and the keys that may change in full feature phase.</summary>
internal sealed class TextHandler
{
    // More than that goes out in several responses.
    private const int LongestResponse = 16 << 10;

    private readonly IscsiSession _session;
    private readonly TextNegotiator _negotiator;

    public TextHandler(IscsiSession session)
    {
        _session = session;
        var targets = new SendTargetsDirectory(session.Node, session.Identity.InitiatorName, session.Connection.Local);
        _negotiator = new TextNegotiator(session.Identity, targets, session.InitiatorMaxRecvDataSegmentLength);
    }

    public void Handle(TextRequestPdu request, ReadOnlySpan<byte> data, RequestPlace place)
    {
        var header = request.Header;
        var pool = _session.Node.Engine.BufferPool;
        var size = Math.Min(_session.InitiatorMaxRecvDataSegmentLength, LongestResponse);
        if (pool.TryRent(size) is not { } buffer)
        {
            Reject.Send(_session, header, RejectReason.LongOperationReject, "no buffer", place);
            return;
        }

        var reply = _negotiator.Process(request, data, buffer.Array.AsSpan(0, size));
        if (reply.Reject != RejectReason.None)
        {
            pool.Return(buffer);
            Reject.Send(_session, header, reply.Reject, reply.Fault.ToString(), place);
            return;
        }

        _session.InitiatorMaxRecvDataSegmentLength = _negotiator.InitiatorMaxRecvDataSegmentLength;
        var pdu = new ControlPdu { Place = place };
        TextResponsePdu.Write(
            pdu.Header, reply.Final, reply.Continue, header.InitiatorTaskTag, reply.TargetTransferTag, default, reply.Length, header.Lun);
        pdu.SetData(buffer, reply.Length, pool);
        _session.Send(pdu);
    }
}
