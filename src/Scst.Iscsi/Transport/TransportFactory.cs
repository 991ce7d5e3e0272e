using System;
using System.Net.Sockets;
using System.Threading;
using Scst.Iscsi.Transport.Linux;

namespace Scst.Iscsi.Transport;

/// <summary>Makes the transports of a driver, with the threads that serve them where there are such.</summary>
internal sealed class TransportFactory : IDisposable
{
    private readonly EpollLoop[] _loops;
    private int _next;

    private TransportFactory(EpollLoop[] loops) => _loops = loops;

    /// <summary>A factory of the best transports that this system has.</summary>
    /// <exception cref="SocketException">The system has no descriptors left.</exception>
    public static TransportFactory Create(IscsiDriverOptions options, TimeProvider time)
    {
        if (!LinuxSocket.IsSupported || options.UsesPortableTransport)
            return new TransportFactory([]);
        var threads = options.IoThreads > 0 ? options.IoThreads : Environment.ProcessorCount;
        var loops = new EpollLoop[threads];
        var count = 0;
        try
        {
            for (; count < threads; count++)
                loops[count] = new EpollLoop($"iSCSI {count}", options.BusyPoll, time);
        }
        catch (SocketException)
        {
            foreach (var loop in loops.AsSpan(0, count))
                loop.Dispose();
            throw;
        }

        return new TransportFactory(loops);
    }

    /// <summary>What is done to each transport that is made; for tests.</summary>
    public Func<ByteTransport, ByteTransport> Decorator { get; set; } = static transport => transport;

    /// <summary>The transport of an accepted connection, which owns its socket from now on.</summary>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public ByteTransport Open(Socket socket)
    {
        if (_loops.Length == 0)
            return Decorator(new SocketTransport(socket));
        var next = (uint)Interlocked.Increment(ref _next);
        return Decorator(new EpollTransport(socket, _loops[next % (uint)_loops.Length]));
    }

    /// <summary>Ends the threads. Every transport must be disposed first.</summary>
    public void Dispose()
    {
        foreach (var loop in _loops)
            loop.Dispose();
    }
}
