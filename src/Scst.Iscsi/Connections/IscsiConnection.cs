using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Driver;
using Scst.Iscsi.Receiving;
using Scst.Iscsi.Transport;

namespace Scst.Iscsi.Connections;

/// <summary>One TCP connection from its acceptance to its end: login phase, full feature phase, and the clearing up.</summary>
internal sealed class IscsiConnection
{
    // How long, and how much, is read after the last word to an initiator, so that it can be heard.
    private const int LingerBytes = 1 << 20;
    private static readonly TimeSpan _linger = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _reasonGate = new();
    private ConnectionEndReason _reason;
    private string? _detail;
    private bool _hasLastWord;
    private volatile IscsiSession? _session;

    public IscsiConnection(TargetNode node, Socket socket, long id)
    {
        Node = node;
        Id = id;
        Local = (IPEndPoint)socket.LocalEndPoint!;
        Remote = (IPEndPoint)socket.RemoteEndPoint!;
        IsKeptAlive = node.Options.UsesKeepAlive && KeepAlive.TryEnable(socket, node.Options);
        Buffer = new ReceiveBuffer(node.Engine.BufferPool);
        Transport = node.Transports!.Open(socket);
    }

    public TargetNode Node { get; }

    public ByteTransport Transport { get; }

    public long Id { get; }

    /// <summary>The address that the initiator has connected to.</summary>
    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    /// <summary>Whether the system finds out by itself that the initiator's host is gone.</summary>
    public bool IsKeptAlive { get; }

    public ConnectionCounters Counters { get; } = new();

    public ReceiveBuffer Buffer { get; }

    /// <summary>The place in the directory of sessions, or 0.</summary>
    public ushort Tsih { get; set; }

    /// <summary>The session, once the login has succeeded.</summary>
    public IscsiSession? Session => _session;

    /// <summary>Why the connection has ended or is ending.</summary>
    public ConnectionEndReason EndReason
    {
        get
        {
            lock (_reasonGate)
                return _reason;
        }
    }

    public bool IsEnding => EndReason != ConnectionEndReason.None;

    /// <summary>Completes when the connection begins to end.</summary>
    public Task WhenEndingAsync() => _ending.Task;

    /// <summary>Completes when nothing of the connection is left.</summary>
    public Task WhenOverAsync() => _over.Task;

    /// <summary>Ends the connection: only the first reason counts. Returns at once; the receive side clears up.</summary>
    public void End(ConnectionEndReason reason, string? detail = null)
    {
        TrySetReason(reason, detail);
        Abort();
    }

    /// <summary>The last word to the initiator has been sent: the connection ends when it has closed its side, or soon.</summary>
    public void EndAfterLastWord(ConnectionEndReason reason, string? detail) =>
        _hasLastWord = TrySetReason(reason, detail);

    /// <summary>Lives. The task is never faulted.</summary>
    public async Task RunAsync()
    {
        try
        {
            await LiveAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            End(ConnectionEndReason.ConnectionLost, exception.Message);
        }
        catch (Exception exception)
        {
            Node.Log.ConnectionFailed(exception, Id);
            End(ConnectionEndReason.InternalError, "receiving");
        }

        await ClearUpAsync().ConfigureAwait(false);
    }

    /// <summary>Lets running commands end and tells the initiator; the connection itself stays.</summary>
    public Task DrainAsync() => _session is { } session ? session.DrainAsync() : Task.CompletedTask;

    private async Task LiveAsync()
    {
        IscsiSession? session;
        using (Node.Time.CreateTimer(
            static state => ((IscsiConnection)state!).End(ConnectionEndReason.LoginTimeout), this, Node.Options.LoginTimeout,
            Timeout.InfiniteTimeSpan))
        {
            session = await new LoginPhase(this).RunAsync().ConfigureAwait(false);
        }

        if (session is not null)
        {
            await new PduReceiver(session).RunAsync().ConfigureAwait(false);
        }

        if (_hasLastWord)
            await LingerAsync().ConfigureAwait(false);
    }

    /// <summary>From here on the session's end is this connection's.</summary>
    public void Enter(IscsiSession session) => _session = session;

    // A close while the initiator still sends would reset the connection, and what it was told last would be lost.
    private async Task LingerAsync()
    {
        Transport.ShutdownSend();
        using var timer = Node.Time.CreateTimer(static state => ((IscsiConnection)state!).Abort(), this, _linger, Timeout.InfiniteTimeSpan);
        var scratch = new byte[4096];
        for (var total = 0; total < LingerBytes;)
        {
            var count = await Transport.ReceiveAsync(scratch).ConfigureAwait(false);
            if (count == 0)
                return;
            total += count;
        }
    }

    private bool TrySetReason(ConnectionEndReason reason, string? detail)
    {
        lock (_reasonGate)
        {
            if (_reason != ConnectionEndReason.None)
                return false;
            _reason = reason;
            _detail = detail;
            return true;
        }
    }

    private void Abort()
    {
        Transport.Dispose();
        _ending.TrySetResult();
    }

    private async Task ClearUpAsync()
    {
        End(ConnectionEndReason.ConnectionLost);
        try
        {
            if (_session is { } session)
                await session.CloseAsync(SessionEndReasonOf(EndReason)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Node.Log.ConnectionFailed(exception, Id);
        }

        if (Tsih != 0)
            Node.Sessions.Leave(Tsih);

        Buffer.Release();
        Node.Connections.Remove(this);
        Node.Log.ConnectionEnded(Id, Remote, _session?.Identity.InitiatorName, EndReason, _detail);
        _over.SetResult();
    }

    private static SessionEndReason SessionEndReasonOf(ConnectionEndReason reason) => reason switch
    {
        ConnectionEndReason.Logout => SessionEndReason.Logout,
        ConnectionEndReason.Reinstated => SessionEndReason.Reinstated,
        ConnectionEndReason.ProtocolError or ConnectionEndReason.HeaderDigestError => SessionEndReason.ProtocolError,
        ConnectionEndReason.NopTimeout or ConnectionEndReason.DataOutTimeout => SessionEndReason.Timeout,
        ConnectionEndReason.TargetReset => SessionEndReason.Reset,
        ConnectionEndReason.TargetRemoved or ConnectionEndReason.Shutdown => SessionEndReason.Shutdown,
        _ => SessionEndReason.ConnectionLost,
    };
}
