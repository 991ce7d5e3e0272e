using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;

namespace Scst.Iscsi.Transport.Linux;

/// <summary>
/// A thread that waits for events of its connections and deals with them itself, one after the other. It sleeps while there is
/// nothing to do, after looking for a while longer if it was told to poll.
/// </summary>
internal sealed class EpollLoop : IDisposable
{
    /// <summary>How often in a row a connection may receive before the others of its loop get their turn.</summary>
    public const int MostTurns = 16;

    private const int MostEvents = 128;
    private const long WakeUp = 0;

    [ThreadStatic]
    private static EpollLoop? _current;

    private readonly Lock _gate = new();
    private readonly SafeSocketHandle _epoll;
    private readonly SafeSocketHandle _event;
    private readonly Stack<long> _freePlaces = new();
    private readonly Queue<SocketOperation> _yielded = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _busyPoll;

    // Place 0 is that of the event descriptor. A stale event for a place that is in use again only costs a call in vain.
    private EpollTransport?[] _transports = new EpollTransport?[16];
    private long _places = 1;
    private volatile bool _isStopping;
    private bool _isOver;

    /// <param name="name">The thread's.</param>
    /// <param name="busyPoll">How long it looks for events without sleeping; zero: not at all.</param>
    /// <param name="time">The clock for that.</param>
    /// <exception cref="SocketException">The system has no descriptors left.</exception>
    public EpollLoop(string name, TimeSpan busyPoll, TimeProvider time)
    {
        _busyPoll = busyPoll;
        _time = time;
        _epoll = LinuxSocket.CreateEpoll();
        try
        {
            _event = LinuxSocket.CreateEvent();
            LinuxSocket.Watch(_epoll, _event, WakeUp);
        }
        catch (SocketException)
        {
            _event?.Dispose();
            _epoll.Dispose();
            throw;
        }

        new Thread(Run) { IsBackground = true, Name = name }.UnsafeStart();
    }

    /// <summary>Watches the socket of a transport.</summary>
    /// <returns>Its place, for <see cref="Remove"/>.</returns>
    public long Add(EpollTransport transport, SafeSocketHandle socket)
    {
        long place;
        lock (_gate)
        {
            place = _freePlaces.TryPop(out var free) ? free : _places++;
            var transports = _transports;
            if (place >= transports.Length)
            {
                Array.Resize(ref transports, transports.Length * 2);
                Volatile.Write(ref _transports, transports);
            }

            Volatile.Write(ref transports[place], transport);
        }

        try
        {
            LinuxSocket.Watch(_epoll, socket, place);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Remove(place);
            throw;
        }

        return place;
    }

    /// <summary>Forgets a transport; closing its socket ends the watch.</summary>
    public void Remove(long place)
    {
        lock (_gate)
        {
            Volatile.Write(ref _transports[place], null);
            _freePlaces.Push(place);
        }
    }

    /// <summary>Lets the others of this loop go first. Only on the loop's own thread; elsewhere nobody is kept waiting.</summary>
    /// <returns>Whether the operation will be resumed.</returns>
    public bool TryYield(SocketOperation operation)
    {
        if (_current != this)
            return false;
        _yielded.Enqueue(operation);
        return true;
    }

    /// <summary>Ends the thread, soon. Transports must be disposed first. May be called again.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            // A thread that is awake may see that it is to stop before it is told so.
            if (!_isOver)
                LinuxSocket.Signal(_event);
        }
    }

    private void Run()
    {
        _current = this;
        var events = new byte[MostEvents * LinuxSocket.EventSize];
        var lastEvent = _time.GetTimestamp();
        while (!_isStopping)
        {
            var polls = _yielded.Count > 0 || (_busyPoll > TimeSpan.Zero && _time.GetElapsedTime(lastEvent) < _busyPoll);
            var count = LinuxSocket.Wait(_epoll, events, polls ? 0 : -1);
            for (var i = 0; i < count; i++)
            {
                var (what, place) = LinuxSocket.ReadEvent(events, i);
                if (place == WakeUp)
                    LinuxSocket.ClearSignal(_event);
                else
                    Volatile.Read(ref Volatile.Read(ref _transports)[place])?.OnEvents(what);
            }

            for (var i = _yielded.Count; i > 0; i--)
                _yielded.Dequeue().Resume();
            if (count > 0 && _busyPoll > TimeSpan.Zero)
                lastEvent = _time.GetTimestamp();
        }

        // Their transports are disposed: they end with an exception, or somebody waits for them for ever.
        while (_yielded.TryDequeue(out var operation))
            operation.Resume();
        lock (_gate)
        {
            _isOver = true;
            _event.Dispose();
            _epoll.Dispose();
        }
    }
}
