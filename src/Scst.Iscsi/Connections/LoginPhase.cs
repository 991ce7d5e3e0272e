using System;
using System.Threading.Tasks;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Driver;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Receiving;
using Scst.Iscsi.Transport;

namespace Scst.Iscsi.Connections;

/// <summary>The login phase of a connection (RFC 7143 6.3): receives and answers Login Requests until there is a session.</summary>
internal sealed class LoginPhase
{
    private readonly IscsiConnection _connection;
    private readonly TargetNode _node;
    private readonly ReceiveBuffer _buffer;
    private readonly LoginNegotiator _negotiator;
    private SerialNumber32 _statSN;
    private bool _hasStatSN;

    public LoginPhase(IscsiConnection connection)
    {
        _connection = connection;
        _node = connection.Node;
        _buffer = connection.Buffer;
        _negotiator = new LoginNegotiator(new PortalLoginPolicy(_node, connection.Local.Address));
    }

    /// <summary>Logs in.</summary>
    /// <returns>The session, or null if the connection is over.</returns>
    public async Task<IscsiSession?> RunAsync()
    {
        while (true)
        {
            int missing;
            while ((missing = Missing()) > 0)
            {
                _buffer.TryReserve(_buffer.Count + missing);
                var received = await _connection.Transport.ReceiveAsync(_buffer.Free).ConfigureAwait(false);
                if (received == 0)
                    return null;
                _connection.Counters.Received(received);
                _buffer.Received(received);
            }

            switch (Process())
            {
                case LoginStep.Respond:
                    await RespondAsync(tsih: 0).ConfigureAwait(false);
                    break;
                case LoginStep.Complete:
                    return await CompleteAsync().ConfigureAwait(false);
                case LoginStep.RespondAndClose:
                    await RefuseAsync().ConfigureAwait(false);
                    return null;
                default:
                    _connection.End(ConnectionEndReason.LoginFailed, _negotiator.Fault.ToString());
                    return null;
            }
        }
    }

    /// <summary>How many bytes are missing from the PDU at hand; one that will be refused is complete with its header.</summary>
    private int Missing()
    {
        if (!BasicHeader.TryRead(_buffer.Unread, out var header))
            return BasicHeader.Length - _buffer.Count;
        return IsAcceptable(header) ? Math.Max(0, TotalLength(header) - _buffer.Count) : 0;
    }

    // Nothing is read, and no room made, on the word of a header that is refused in any case.
    private static bool IsAcceptable(BasicHeader header) => header.Opcode == IscsiOpcode.LoginRequest
        && header.TotalAhsLength == 0
        && header.DataSegmentLength <= LoginNegotiator.MaxDataSegmentLength;

    private static int TotalLength(BasicHeader header) => BasicHeader.Length + header.PaddedDataSegmentLength;

    private LoginStep Process()
    {
        BasicHeader.TryRead(_buffer.Unread, out var header);
        if (header.Opcode == IscsiOpcode.LoginRequest && header.TotalAhsLength != 0)
            return LoginStep.Close;
        if (header.Opcode == IscsiOpcode.LoginRequest && !_hasStatSN)
        {
            _hasStatSN = true;
            _statSN = new LoginRequestPdu(header).ExpStatSN;
        }

        if (!IsAcceptable(header))
            return _negotiator.Process(header, []);
        var step = _negotiator.Process(header, _buffer.Unread.Slice(BasicHeader.Length, header.DataSegmentLength));
        _buffer.Consume(TotalLength(header));
        return step;
    }

    private async Task RespondAsync(ushort tsih)
    {
        var vector = new SendVector();
        vector.Add(Response(tsih));
        while (vector.Length > 0)
            _connection.Counters.Sent(await _connection.Transport.SendAsync(vector).ConfigureAwait(false));
    }

    private byte[] Response(ushort tsih)
    {
        var text = _negotiator.ResponseText;
        var pdu = new byte[BasicHeader.Length + BasicHeader.Pad(text.Length)];
        var expected = _negotiator.InitialCmdSN;
        var numbers = new TargetNumbers(_statSN, expected, expected + (uint)(_node.Options.QueueDepth - 1));
        _negotiator.WriteResponse(pdu, numbers, tsih);
        text.CopyTo(pdu.AsSpan(BasicHeader.Length));
        _statSN = _statSN.Next;
        return pdu;
    }

    private async Task RefuseAsync()
    {
        var detail = _negotiator.Fault.ToString();
        _node.Log.LoginRefused(_connection.Id, _connection.Remote, _negotiator.Status, detail);
        await RespondAsync(tsih: 0).ConfigureAwait(false);
        _connection.EndAfterLastWord(ConnectionEndReason.LoginFailed, detail);
    }

    private async Task<IscsiSession?> CompleteAsync()
    {
        var login = _negotiator.Result!;
        var (tsih, status) = await _node.Sessions.EnterAsync(_connection, login.Identity).ConfigureAwait(false);
        IscsiSession? session = null;
        if (tsih != 0)
        {
            _connection.Tsih = tsih;
            // The response that is yet to be sent takes a StatSN before the session's first.
            session = Open(login, tsih, out status);
        }

        if (session is null)
        {
            _negotiator.Refuse(status);
            await RefuseAsync().ConfigureAwait(false);
            return null;
        }

        _connection.Enter(session);
        _node.Connections.LoginEnded(_connection);
        // Whoever removes the target ends the connections whose sessions he sees: either he sees this one, or it sees him.
        if (session.Nexus is { Target: var target } && _node.Find(target.Name) != target)
        {
            _connection.End(ConnectionEndReason.TargetRemoved);
            return null;
        }

        _node.Log.LoggedIn(
            _connection.Id, _connection.Remote, login.Identity.InitiatorName, login.Identity.Isid, login.Identity.TargetName, tsih);
        await RespondAsync(tsih).ConfigureAwait(false);
        session.Start();
        return session;
    }

    private IscsiSession? Open(LoginResult login, ushort tsih, out LoginStatus status)
    {
        status = LoginStatus.Success;
        var session = new IscsiSession(_connection, login, tsih, _statSN.Next);
        if (login.Identity.SessionType == IscsiSessionType.Discovery)
            return session;
        try
        {
            if (_node.Find(login.Identity.TargetName!) is { } target)
            {
                session.Nexus = target.OpenSession(PortalIdentity.Of(login.Identity.InitiatorName, _connection.Local.Address), session);
                return session;
            }
        }
        catch (InvalidOperationException)
        {
            // Removed between the look-up and here.
        }

        status = LoginStatus.TargetRemoved;
        return null;
    }
}
