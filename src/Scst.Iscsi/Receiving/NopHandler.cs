using System;
using System.Threading;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;

namespace Scst.Iscsi.Receiving;

/// <summary>NOP-Out as a ping (RFC 7143 11.18): its data comes back, as far as the initiator can take it.</summary>
internal sealed class NopHandler
{
    // An honest initiator has one ping under way.
    private const int MostBytes = 1 << 20;

    private readonly IscsiSession _session;
    private int _bytes;

    public NopHandler(IscsiSession session) => _session = session;

    public void Handle(NopOutPdu request, ReadOnlySpan<byte> data, RequestPlace place)
    {
        var header = request.Header;
        var length = Math.Min(data.Length, Math.Min(_session.InitiatorMaxRecvDataSegmentLength, DataBufferPool.LargestBuffer));
        var pool = _session.Node.Engine.BufferPool;
        DataBuffer? buffer = null;
        if (length > 0 && (buffer = TryRent(pool, length)) is null)
        {
            Reject.Send(_session, header, RejectReason.LongOperationReject, "no buffer", place);
            return;
        }

        var pdu = new ControlPdu { Place = place, Sent = buffer is null ? null : () => Interlocked.Add(ref _bytes, -length) };
        NopInPdu.Write(pdu.Header, header.Lun, header.InitiatorTaskTag, BasicHeader.ReservedTag, default, length);
        if (buffer is not null)
        {
            data[..length].CopyTo(buffer.Array);
            pdu.SetData(buffer, length, pool);
        }

        _session.Send(pdu);
    }

    private DataBuffer? TryRent(DataBufferPool pool, int length)
    {
        if (Volatile.Read(ref _bytes) + length > MostBytes || pool.TryRent(length) is not { } buffer)
            return null;
        Interlocked.Add(ref _bytes, length);
        return buffer;
    }
}
