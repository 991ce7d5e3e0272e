using System;
using System.Net.Sockets;

namespace Scst.Iscsi.Transport;

/// <summary>TCP keepalive (RFC 9293 3.8.4): the system itself finds out that a silent peer is gone, and breaks the connection.</summary>
internal static class KeepAlive
{
    private const int Probes = 3;

    /// <summary>
    /// Turns it on with the times that hold for pings: silence of <see cref="IscsiDriverOptions.NopInInterval"/> brings the first
    /// probe, <see cref="IscsiDriverOptions.NopInTimeout"/> after that the connection is broken.
    /// </summary>
    /// <returns>Whether the system does it, at these times.</returns>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public static bool TryEnable(Socket socket, IscsiDriverOptions options)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds(options.NopInInterval));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Seconds(options.NopInTimeout / Probes));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));
}
