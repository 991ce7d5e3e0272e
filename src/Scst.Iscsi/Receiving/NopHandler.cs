using System;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;

namespace Scst.Iscsi.Receiving;

/// <summary>NOP-Out as a ping (RFC 7143 11.18): its data comes back, as far as the initiator can take it.</summary>
internal sealed class NopHandler
{
    private readonly IscsiSession _session;

    public NopHandler(IscsiSession session) => _session = session;

    public void Handle(NopOutPdu request, ReadOnlySpan<byte> data, RequestPlace place)
    {
        var header = request.Header;
        var length = Math.Min(data.Length, Math.Min(_session.InitiatorMaxRecvDataSegmentLength, DataBufferPool.LargestBuffer));
        var pool = _session.Node.Engine.BufferPool;
        DataBuffer? buffer = null;
        if (length > 0 && (buffer = pool.TryRent(length)) is null)
        {
            Reject.Send(_session, header, RejectReason.LongOperationReject, "no buffer", place);
            return;
        }

        var pdu = new ControlPdu { Place = place };
        NopInPdu.Write(pdu.Header, header.Lun, header.InitiatorTaskTag, BasicHeader.ReservedTag, default, length);
        if (buffer is not null)
        {
            data[..length].CopyTo(buffer.Array);
            pdu.SetData(buffer, length, pool);
        }

        _session.Send(pdu);
    }
}
