using System.Buffers;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Scst.Iscsi.Transport.Linux;

/// <summary>The sending direction: one gathering call per attempt.</summary>
internal sealed class SendOperation : SocketOperation
{
    private readonly SafeSocketHandle _socket;
    private readonly MemoryHandle[] _pins = new MemoryHandle[SendVector.Capacity];
    private SendVector _vector = null!;

    public SendOperation(EpollLoop loop, SafeSocketHandle socket)
        : base(loop) => _socket = socket;

    public ValueTask<int> SendAsync(SendVector vector)
    {
        _vector = vector;
        return Begin() is { } count ? new ValueTask<int>(count) : PendingAsync();
    }

    protected override unsafe int Try()
    {
        var pieces = _vector.Pieces;
        var vectors = stackalloc LinuxSocket.IoVector[pieces.Length];
        try
        {
            for (var i = 0; i < pieces.Length; i++)
            {
                _pins[i] = pieces[i].Pin();
                vectors[i] = new LinuxSocket.IoVector { Base = _pins[i].Pointer, Length = (nuint)pieces[i].Length };
            }

            var sent = LinuxSocket.Send(_socket, vectors, pieces.Length);
            if (sent > 0)
                _vector.Advance(sent);
            return sent;
        }
        finally
        {
            for (var i = 0; i < pieces.Length; i++)
                _pins[i].Dispose();
        }
    }
}
