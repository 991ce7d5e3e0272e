using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Transport;

namespace Scst.Iscsi.Tests.Transport;

/// <summary>A transport that receives what a peer sends, on real sockets.</summary>
public abstract class ReceivingFixture
{
    private readonly bool _isPortable;
    private TransportFactory _factory = null!;

    protected ReceivingFixture(bool isPortable) => _isPortable = isPortable;

    internal ByteTransport Transport { get; private set; } = null!;

    protected Socket Peer { get; private set; } = null!;

    [SetUp]
    public async Task Connect()
    {
        _factory = TransportFactory.Create(
            new IscsiDriverOptions { IoThreads = 1, UsesPortableTransport = _isPortable }, TimeProvider.System);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Task connecting = Peer.ConnectAsync(listener.LocalEndPoint!);
        Transport = _factory.Open(await listener.AcceptAsync());
        await connecting;
    }

    [TearDown]
    public void Disconnect()
    {
        Transport.Dispose();
        Peer.Dispose();
        _factory.Dispose();
    }

    protected static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private protected async Task<int> ReceiveAsync(ReceiveVector vector) =>
        await Transport.ReceiveAsync(vector).AsTask().WaitAsync(Safety.Timeout);

    protected Task SendAsync(byte[] bytes, int seed) => Task.Run(() =>
    {
        var pieces = new Random(seed);
        for (int start = 0; start < bytes.Length;)
            start += Peer.Send(bytes.AsSpan(start, Math.Min(bytes.Length - start, 1 + pieces.Next(60_000))));
    });
}
