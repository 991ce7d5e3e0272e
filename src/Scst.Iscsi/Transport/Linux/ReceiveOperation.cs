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
    private bool _isDrained;
    private volatile bool _hasEnded;

    public ReceiveOperation(EpollLoop loop, SafeSocketHandle socket)
        : base(loop) => _socket = socket;

    /// <summary>
    /// An event says that the peer sends no more, or that the connection is broken. It may have come together with the last
    /// bytes, so no other event need follow them. Only the loop's thread calls it.
    /// </summary>
    public void OnEnd() => _hasEnded = true;

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

    protected override int Try()
    {
        // Fewer bytes than there was room for were all there were, and more of them are an event (epoll(7)): no need to ask.
        if (_isDrained && !_hasEnded)
        {
            _isDrained = false;
            return -LinuxSocket.WouldBlock;
        }

        if (_destination.IsEmpty)
            return LinuxSocket.Peek(_socket);
        var count = LinuxSocket.Receive(_socket, _destination.Span);
        _isDrained = count > 0 && count < _destination.Length;
        return count;
    }
}
