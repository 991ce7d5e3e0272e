using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;

namespace Scst.Iscsi.Receiving;

/// <summary>The answer to a PDU that cannot be accepted (RFC 7143 11.17).</summary>
internal static class Reject
{
    /// <summary>Sends it with the header of the PDU concerned.</summary>
    public static void Send(
        IscsiSession session, BasicHeader header, RejectReason reason, string detail, RequestPlace place = RequestPlace.None)
    {
        session.Node.Log.PduRejected(session.Connection.Id, header.Opcode, reason, detail);
        var pdu = new ControlPdu { Place = place };
        RejectPdu.Write(pdu.Header, default, reason);
        pdu.SetData(header.Bytes.ToArray());
        session.Send(pdu);
    }
}
