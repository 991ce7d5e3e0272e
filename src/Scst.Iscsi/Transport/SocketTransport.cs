using System;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Scst.Iscsi.Transport;

/// <summary>A transport on the class library's sockets: for systems that have no transport of their own.</summary>
internal sealed class SocketTransport : ByteTransport
{
    private readonly Socket _socket;

    public SocketTransport(Socket socket) => _socket = socket;

    // Each piece is a call of its own.
    public override int LongestCopy => 16 << 10;

    public override bool TakesAddresses => false;

    public override ValueTask<int> ReceiveAsync(Memory<byte> destination) => _socket.ReceiveAsync(destination, SocketFlags.None);

    // The scattering overloads take arrays in a list, which costs more than a call per piece.
    public override ValueTask<int> ReceiveAsync(ReceiveVector vector) => ReceiveAsync(vector.Pieces[0].Memory);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WhenReadableAsync() =>
        await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> SendAsync(SendVector vector)
    {
        // The gathering overloads take arrays in a list, which costs more than a call per piece.
        var sent = await _socket.SendAsync(vector.Pieces[0].Memory, SocketFlags.None).ConfigureAwait(false);
        vector.Advance(sent);
        return sent;
    }

    public override void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    public override void Dispose() => _socket.Dispose();
}
