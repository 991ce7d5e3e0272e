using System.Threading.Tasks;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;

namespace Scst.Iscsi.Receiving;

/// <summary>Logout Request (RFC 7143 11.14). With one connection, closing it closes the session.</summary>
internal sealed class LogoutHandler
{
    private readonly IscsiSession _session;
    private ControlPdu? _response;

    public LogoutHandler(IscsiSession session) => _session = session;

    public ReceiveStep Handle(LogoutRequestPdu request, RequestPlace place)
    {
        var response = request.Reason switch
        {
            LogoutReason.RemoveConnectionForRecovery => LogoutResponseCode.RecoveryNotSupported,
            LogoutReason.CloseConnection when request.ConnectionId != _session.Identity.ConnectionId =>
                LogoutResponseCode.ConnectionNotFound,
            _ => LogoutResponseCode.Closed,
        };
        var pdu = new ControlPdu { Place = place };
        LogoutResponsePdu.Write(pdu.Header, request.Header.InitiatorTaskTag, default, response);
        if (response != LogoutResponseCode.Closed)
        {
            _session.Send(pdu);
            return ReceiveStep.Next;
        }

        _response = pdu;
        return ReceiveStep.Logout;
    }

    /// <summary>Ends what still runs, answers, and leaves the connection to be closed.</summary>
    public async Task CarryOutAsync()
    {
        if (_session.Nexus is { } nexus)
            await nexus.CloseAsync(SessionEndReason.Logout).ConfigureAwait(false);
        var over = _response!.WhenOverAsync();
        _session.Send(_response);
        if (await over.ConfigureAwait(false))
            _session.Connection.EndAfterLastWord(ConnectionEndReason.Logout, null);
    }
}
