using System;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Scst.Iscsi.Transport.Linux;

/// <summary>The receiving direction.</summary>
internal sealed class ReceiveOperation : SocketOperation
{
    private readonly SafeSocketHandle _socket;
    private Memory<byte> _destination;
    private int _turns;

    public ReceiveOperation(EpollLoop loop, SafeSocketHandle socket)
        : base(loop) => _socket = socket;

    public ValueTask<int> ReceiveAsync(Memory<byte> destination)
    {
        _destination = destination;
        return Begin(HasHadItsTurns()) is { } count ? new ValueTask<int>(count) : PendingAsync();
    }

    public ValueTask WhenReadableAsync()
    {
        _destination = default;
        return Begin() is null ? PendingWithoutResultAsync() : ValueTask.CompletedTask;
    }

    // A peer that always has more must not keep the others of this loop waiting.
    private bool HasHadItsTurns()
    {
        if (++_turns < EpollLoop.MostTurns)
            return false;
        _turns = 0;
        return true;
    }

    protected override int Try() =>
        _destination.IsEmpty ? LinuxSocket.Peek(_socket) : LinuxSocket.Receive(_socket, _destination.Span);
}
