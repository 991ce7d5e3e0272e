using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Scst.Iscsi.Transport.Linux;

/// <summary>
/// A transport on epoll: what is received is dealt with on the thread that waits for it, and everything that is ready leaves
/// in one gathering send. The class library's sockets hop to the thread pool for each receive and gather nothing.
/// </summary>
internal sealed class EpollTransport : ByteTransport
{
    private readonly Socket _socket;
    private readonly EpollLoop _loop;
    private readonly ReceiveOperation _receive;
    private readonly SendOperation _send;
    private readonly long _place;
    private int _isDisposed;

    /// <exception cref="SocketException">The socket cannot be watched.</exception>
    public EpollTransport(Socket socket, EpollLoop loop)
    {
        _socket = socket;
        _loop = loop;
        _receive = new ReceiveOperation(loop, socket.SafeHandle);
        _send = new SendOperation(loop, socket.SafeHandle);
        _place = loop.Add(this, socket.SafeHandle);
    }

    // Two more entries of the vector cost about as much as copying this.
    public override int LongestCopy => 1 << 10;

    public override bool TakesAddresses => true;

    public override ValueTask<int> ReceiveAsync(Memory<byte> destination) => _receive.ReceiveAsync(destination);

    public override ValueTask<int> ReceiveAsync(ReceiveVector vector) => _receive.ReceiveAsync(vector);

    public override ValueTask WhenReadableAsync() => _receive.WhenReadableAsync();

    public override ValueTask<int> SendAsync(SendVector vector) => _send.SendAsync(vector);

    public override void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _loop.Remove(_place);
        _socket.Dispose();
        _receive.Close();
        _send.Close();
    }

    /// <summary>Something has happened to the socket.</summary>
    public void OnEvents(uint events)
    {
        if ((events & LinuxSocket.Writable) != 0)
            _send.OnEvent();
        if ((events & LinuxSocket.Ended) != 0)
            _receive.OnEnd();
        if ((events & LinuxSocket.Readable) != 0)
            _receive.OnEvent();
    }
}
