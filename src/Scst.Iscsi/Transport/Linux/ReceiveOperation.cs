using System;
using System.Buffers;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Scst.Iscsi.Transport.Linux;

/// <summary>The receiving direction: one call per attempt, scattering if there are several places.</summary>
internal sealed class ReceiveOperation : SocketOperation
{
    private readonly SafeSocketHandle _socket;
    private readonly MemoryHandle[] _pins = new MemoryHandle[ReceiveVector.Capacity];
    private Memory<byte> _destination;
    private ReceiveVector? _vector;
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
        _vector = null;
        return ReceiveAsync();
    }

    public ValueTask<int> ReceiveAsync(ReceiveVector vector)
    {
        _vector = vector;
        return ReceiveAsync();
    }

    public ValueTask WhenReadableAsync()
    {
        _destination = default;
        _vector = null;
        return Begin() is null ? PendingWithoutResultAsync() : ValueTask.CompletedTask;
    }

    private ValueTask<int> ReceiveAsync() => Begin(HasHadItsTurns()) is { } count ? new ValueTask<int>(count) : PendingAsync();

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

        if (_vector is { } vector)
        {
            var received = Receive(vector);
            // Before an address that cannot be written a call ends early too.
            _isDrained = received >= Math.Max(vector.AddressesEnd, 1) && received < vector.Length;
            return received;
        }

        if (_destination.IsEmpty)
            return LinuxSocket.Peek(_socket);
        var count = LinuxSocket.Receive(_socket, _destination.Span);
        _isDrained = count > 0 && count < _destination.Length;
        return count;
    }

    private unsafe int Receive(ReceiveVector vector)
    {
        var pieces = vector.Pieces;
        var vectors = stackalloc LinuxSocket.IoVector[ReceiveVector.Capacity];
        try
        {
            for (var i = 0; i < pieces.Length; i++)
            {
                _pins[i] = pieces[i].Pin();
                vectors[i] = new LinuxSocket.IoVector { Base = _pins[i].Pointer, Length = (nuint)pieces[i].Length };
            }

            return LinuxSocket.Receive(_socket, vectors, pieces.Length);
        }
        finally
        {
            for (var i = 0; i < pieces.Length; i++)
                _pins[i].Dispose();
        }
    }
}
