using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;

namespace Scst.Iscsi.Driver;

/// <summary>Accepts the connections of one portal.</summary>
internal sealed class PortalListener
{
    private const int Backlog = 512;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly TargetNode _node;
    private readonly Socket _socket;
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _accepting = Task.CompletedTask;

    private PortalListener(TargetNode node, Socket socket)
    {
        _node = node;
        _socket = socket;
        Portal = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>The address and port really bound.</summary>
    public IPEndPoint Portal { get; }

    /// <exception cref="IOException">The portal cannot be opened.</exception>
    public static PortalListener Bind(TargetNode node, IPEndPoint portal)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(portal.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (portal.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(portal);
            socket.Listen(Backlog);
            return new PortalListener(node, socket);
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw new IOException($"The iSCSI portal {portal} cannot be opened: {exception.Message}.", exception);
        }
    }

    public void Start()
    {
        _node.Log.PortalOpened(Portal);
        _accepting = AcceptAsync();
    }

    /// <summary>Gives up a portal that was not started.</summary>
    public void Close() => _socket.Dispose();

    public async Task StopAsync()
    {
        _stopping.TrySetResult();
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.Task.IsCompleted)
        {
            try
            {
                var socket = await _socket.AcceptAsync().ConfigureAwait(false);
                Begin(socket);
            }
            catch (Exception exception) when (_stopping.Task.IsCompleted && exception is SocketException or ObjectDisposedException)
            {
                break;
            }
            catch (SocketException exception) when (IsOfOneConnection(exception.SocketErrorCode))
            {
                // The client was gone before it was accepted; there is nothing to tell and nobody to tell it to.
                continue;
            }
            catch (SocketException exception) when (IsTemporary(exception.SocketErrorCode))
            {
                // Out of handles or memory: accepting again at once would only spin.
                _node.Log.AcceptFailed(exception, Portal);
                await PauseAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                _node.Log.PortalFailed(exception, Portal);
                break;
            }
        }

        _socket.Dispose();
        _node.Log.PortalClosed(Portal);
    }

    private static bool IsOfOneConnection(SocketError error) => error is SocketError.ConnectionAborted or SocketError.ConnectionReset
        or SocketError.Interrupted or SocketError.TryAgain or SocketError.WouldBlock or SocketError.TimedOut
        or SocketError.NetworkDown or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.HostUnreachable
        or SocketError.ProtocolOption or SocketError.OperationNotSupported;

    private static bool IsTemporary(SocketError error) => error is SocketError.TooManyOpenSockets
        or SocketError.NoBufferSpaceAvailable or SocketError.ProcessLimit or SocketError.SystemNotReady;

    private void Begin(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            var connection = new IscsiConnection(_node, socket, _node.Connections.NextId());
            _node.Log.ConnectionAccepted(connection.Id, connection.Remote, connection.Local);
            _node.Connections.Add(connection);
            _ = Task.Run(connection.RunAsync);
        }
        catch (SocketException)
        {
            // Reset between accept and here.
            socket.Dispose();
        }
    }

    private async Task PauseAsync()
    {
        using var cancellation = new System.Threading.CancellationTokenSource();
        await Task.WhenAny(Task.Delay(_pause, _node.Time, cancellation.Token), _stopping.Task).ConfigureAwait(false);
        await cancellation.CancelAsync().ConfigureAwait(false);
    }
}
