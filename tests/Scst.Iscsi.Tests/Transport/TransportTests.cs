using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Transport;

namespace Scst.Iscsi.Tests.Transport;

/// <summary>What every transport owes a connection, on real sockets.</summary>
[TestFixture(false)]
[TestFixture(true)]
public class TransportTests
{
    private readonly bool _isPortable;
    private readonly List<Socket> _peers = [];
    private readonly List<ByteTransport> _transports = [];
    private TransportFactory _factory = null!;

    public TransportTests(bool isPortable) => _isPortable = isPortable;

    [SetUp]
    public void Start() => _factory = TransportFactory.Create(
        new IscsiDriverOptions { IoThreads = 1, UsesPortableTransport = _isPortable }, TimeProvider.System);

    [TearDown]
    public void Stop()
    {
        _transports.ForEach(transport => transport.Dispose());
        _peers.ForEach(peer => peer.Dispose());
        _transports.Clear();
        _peers.Clear();
        _factory.Dispose();
    }

    [Test]
    public async Task What_is_there_already_is_received()
    {
        (ByteTransport transport, Socket peer) = await ConnectAsync();
        await peer.SendAsync(new byte[] { 1, 2, 3 });
        var buffer = new byte[10];
        Assert.That(await transport.ReceiveAsync(buffer).AsTask().WaitAsync(Safety.Timeout), Is.EqualTo(3));
        Assert.That(buffer[..3], Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task What_comes_later_is_received()
    {
        (ByteTransport transport, Socket peer) = await ConnectAsync();
        var buffer = new byte[10];
        for (byte i = 0; i < 100; i++)
        {
            Task<int> receive = transport.ReceiveAsync(buffer).AsTask();
            await peer.SendAsync(new[] { i });
            Assert.That(await receive.WaitAsync(Safety.Timeout), Is.EqualTo(1));
            Assert.That(buffer[0], Is.EqualTo(i));
        }
    }

    [Test]
    public async Task To_wait_for_data_takes_none_of_it()
    {
        (ByteTransport transport, Socket peer) = await ConnectAsync();
        for (byte i = 0; i < 100; i++)
        {
            Task wait = transport.WhenReadableAsync().AsTask();
            await peer.SendAsync(new[] { i });
            await wait.WaitAsync(Safety.Timeout);
            var buffer = new byte[10];
            Assert.That(await transport.ReceiveAsync(buffer).AsTask().WaitAsync(Safety.Timeout), Is.EqualTo(1));
            Assert.That(buffer[0], Is.EqualTo(i));
        }
    }

    [Test]
    public async Task The_end_of_the_peer_is_a_receive_of_nothing([Values] bool waits)
    {
        (ByteTransport transport, Socket peer) = await ConnectAsync();
        Task<int>? early = waits ? transport.ReceiveAsync(new byte[10]).AsTask() : null;
        peer.Shutdown(SocketShutdown.Send);
        Assert.That(await (early ?? transport.ReceiveAsync(new byte[10]).AsTask()).WaitAsync(Safety.Timeout), Is.Zero);
    }

    [Test]
    public async Task The_end_of_the_peer_is_seen_behind_its_last_bytes([Values] bool waits, [Values(1, 5, 10)] int length)
    {
        (ByteTransport transport, Socket peer) = await ConnectAsync();
        Task<int>? early = waits ? transport.ReceiveAsync(new byte[10]).AsTask() : null;
        await peer.SendAsync(new byte[length]);
        peer.Shutdown(SocketShutdown.Send);
        Assert.That(await (early ?? transport.ReceiveAsync(new byte[10]).AsTask()).WaitAsync(Safety.Timeout), Is.EqualTo(length));
        Assert.That(await transport.ReceiveAsync(new byte[10]).AsTask().WaitAsync(Safety.Timeout), Is.Zero);
        await transport.WhenReadableAsync().AsTask().WaitAsync(Safety.Timeout);
        Assert.That(await transport.ReceiveAsync(new byte[10]).AsTask().WaitAsync(Safety.Timeout), Is.Zero);
    }

    [Test]
    public async Task What_comes_in_pieces_of_any_length_is_received_in_order([Range(0, 9)] int seed)
    {
        (ByteTransport transport, Socket peer) = await ConnectAsync();
        var random = new Random(seed);
        byte[] bytes = new byte[1 << 20];
        random.NextBytes(bytes);
        Task send = Task.Run(() =>
        {
            var pieces = new Random(seed);
            for (int start = 0; start < bytes.Length;)
                start += peer.Send(bytes.AsSpan(start, Math.Min(bytes.Length - start, 1 + pieces.Next(5000))));
            peer.Shutdown(SocketShutdown.Send);
        });
        byte[] received = new byte[bytes.Length + 1];
        int count = 0;
        while (await transport.ReceiveAsync(received.AsMemory(count, Math.Min(received.Length - count, 1 + random.Next(8000))))
            .AsTask().WaitAsync(Safety.Timeout) is > 0 and int more)
            count += more;
        await send.WaitAsync(Safety.Timeout);
        Assert.That(received.AsSpan(0, count).SequenceEqual(bytes), Is.True);
    }

    [Test]
    public async Task A_reset_is_an_exception([Values] bool waits)
    {
        (ByteTransport transport, Socket peer) = await ConnectAsync();
        Task<int>? early = waits ? transport.ReceiveAsync(new byte[10]).AsTask() : null;
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
        Assert.That(
            async () => await (early ?? transport.ReceiveAsync(new byte[10]).AsTask()).WaitAsync(Safety.Timeout),
            Throws.InstanceOf<SocketException>().With.Property(nameof(SocketException.SocketErrorCode)).EqualTo(SocketError.ConnectionReset));
    }

    [Test]
    public async Task Disposing_ends_what_waits()
    {
        (ByteTransport transport, _) = await ConnectAsync();
        Task<int> receive = transport.ReceiveAsync(new byte[10]).AsTask();
        Task<int> send = FillAsync(transport);
        transport.Dispose();
        Assert.That(async () => await receive.WaitAsync(Safety.Timeout), Throws.InstanceOf<ObjectDisposedException>().Or.InstanceOf<SocketException>());
        Assert.That(async () => await send.WaitAsync(Safety.Timeout), Throws.InstanceOf<ObjectDisposedException>().Or.InstanceOf<SocketException>());
        Assert.That(async () => await transport.ReceiveAsync(new byte[10]), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_send_waits_until_the_peer_has_room()
    {
        (ByteTransport transport, Socket peer) = await ConnectAsync();
        Task<int> send = FillAsync(transport);
        Task drain = DrainAsync(peer);
        Assert.That(await send.WaitAsync(Safety.Timeout), Is.Positive);
        transport.Dispose();
        await drain.WaitAsync(Safety.Timeout);
    }

    [Test]
    public async Task Pieces_of_any_length_arrive_in_order([Range(0, 19)] int seed)
    {
        (ByteTransport transport, Socket peer) = await ConnectAsync();
        var random = new Random(seed);
        int[] lengths = [.. Enumerable.Range(0, random.Next(1, SendVector.Capacity + 1)).Select(_ => random.Next(0, 40000))];
        byte[] bytes = new byte[lengths.Sum()];
        random.NextBytes(bytes);
        var vector = new SendVector();
        int start = 0;
        using MemoryHandle pin = bytes.AsMemory().Pin();
        foreach (int length in lengths)
        {
            if (transport.TakesAddresses && random.Next(2) == 0)
                vector.Add(new SendPiece(AddressOf(pin, start), length));
            else
                vector.Add(bytes.AsMemory(start, length));
            start += length;
        }
        Task send = SendAllAsync(transport, vector);
        byte[] received = new byte[start];
        for (int count = 0; count < start;)
            count += await peer.ReceiveAsync(received.AsMemory(count)).AsTask().WaitAsync(Safety.Timeout);
        await send.WaitAsync(Safety.Timeout);
        Assert.That(received.AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(vector.Pieces.IsEmpty, Is.True);
        Assert.That(vector.Room, Is.EqualTo(SendVector.Capacity));
    }

    [Test]
    public async Task What_is_cut_off_is_not_sent([Range(0, 9)] int seed)
    {
        (ByteTransport transport, Socket peer) = await ConnectAsync();
        var random = new Random(seed);
        byte[] bytes = new byte[100];
        random.NextBytes(bytes);
        var vector = new SendVector();
        for (int start = 0; start < bytes.Length; start += 10)
            vector.Add(bytes.AsMemory(start, 10));
        int first = random.Next(bytes.Length);
        vector.Advance(first);
        int kept = random.Next(bytes.Length - first + 1);
        vector.Truncate(kept);
        Assert.That(vector.Length, Is.EqualTo(kept));
        vector.Add(bytes.AsMemory(0, 7));
        await SendAllAsync(transport, vector);
        transport.ShutdownSend();
        var received = new List<byte>();
        var buffer = new byte[200];
        while (await peer.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Safety.Timeout) is > 0 and var count)
            received.AddRange(buffer[..count]);
        Assert.That(received, Is.EqualTo(bytes[first..(first + kept)].Concat(bytes[..7])));
    }

    [Test]
    public async Task An_address_with_nothing_behind_it_is_a_fault_of_the_call_and_of_nothing_else()
    {
        (ByteTransport transport, Socket peer) = await ConnectAsync();
        Assume.That(transport.TakesAddresses);
        var vector = new SendVector();
        vector.Add(new SendPiece(Environment.SystemPageSize / 2, 1000));
        Assert.That(
            async () => await transport.SendAsync(vector),
            Throws.InstanceOf<SocketException>().With.Property(nameof(SocketException.SocketErrorCode)).EqualTo(SocketError.Fault));
        Assert.That(vector.Length, Is.EqualTo(1000));
        vector.Clear();
        vector.Add(new byte[] { 1, 2, 3 });
        await SendAllAsync(transport, vector);
        var buffer = new byte[10];
        Assert.That(await peer.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Safety.Timeout), Is.EqualTo(3));
    }

    [Test]
    public async Task A_peer_that_never_pauses_does_not_keep_the_others_of_its_thread_waiting()
    {
        (ByteTransport loud, Socket flood) = await ConnectAsync();
        (ByteTransport quiet, Socket asker) = await ConnectAsync();
        _ = EchoAsync(quiet);
        _ = SwallowAsync(loud);
        Task flooding = FloodAsync(flood);
        for (byte i = 0; i < 50; i++)
        {
            await asker.SendAsync(new[] { i });
            var answer = new byte[1];
            Assert.That(await asker.ReceiveAsync(answer.AsMemory()).AsTask().WaitAsync(Safety.Timeout), Is.EqualTo(1));
            Assert.That(answer[0], Is.EqualTo(i));
        }
        flood.Dispose();
        await flooding.WaitAsync(Safety.Timeout);
    }

    [Test]
    public async Task Many_connections_share_a_thread()
    {
        var clients = new List<Task>();
        for (int i = 0; i < 100; i++)
        {
            (ByteTransport transport, Socket peer) = await ConnectAsync();
            _ = EchoAsync(transport);
            clients.Add(AskAsync(peer, (byte)i));
        }
        await Task.WhenAll(clients).WaitAsync(Safety.Timeout);
    }

    private static async Task AskAsync(Socket peer, byte first)
    {
        var answer = new byte[1];
        for (byte i = 0; i < 20; i++)
        {
            await peer.SendAsync(new[] { (byte)(first + i) });
            await peer.ReceiveAsync(answer.AsMemory());
            Assert.That(answer[0], Is.EqualTo((byte)(first + i)));
        }
    }

    private static unsafe nint AddressOf(MemoryHandle pin, int offset) => (nint)pin.Pointer + offset;

    private static async Task SendAllAsync(ByteTransport transport, SendVector vector)
    {
        while (vector.Length > 0)
            await transport.SendAsync(vector);
    }

    /// <summary>Sends until the peer's window is full.</summary>
    /// <returns>The send that waits.</returns>
    private static Task<int> FillAsync(ByteTransport transport)
    {
        var vector = new SendVector();
        while (true)
        {
            vector.Clear();
            vector.Add(new byte[1 << 20]);
            Task<int> send = transport.SendAsync(vector).AsTask();
            if (!send.IsCompleted)
                return send;
        }
    }

    private static async Task EchoAsync(ByteTransport transport)
    {
        var vector = new SendVector();
        var buffer = new byte[16];
        while (await ReceivedAsync(transport, buffer) is > 0 and var count)
        {
            vector.Add(buffer.AsMemory(0, count));
            await SendAllAsync(transport, vector);
        }
    }

    private static async Task SwallowAsync(ByteTransport transport)
    {
        // So small that there is always more.
        var buffer = new byte[8];
        while (await ReceivedAsync(transport, buffer) > 0)
        {
        }
    }

    private static async Task<int> ReceivedAsync(ByteTransport transport, byte[] buffer)
    {
        try
        {
            return await transport.ReceiveAsync(buffer);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private static Task FloodAsync(Socket socket) => Task.Run(() =>
    {
        var bytes = new byte[1 << 16];
        try
        {
            while (true)
                socket.Send(bytes);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    });

    private static async Task DrainAsync(Socket socket)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory()) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Closed with data under way.
        }
    }

    private async Task<(ByteTransport Transport, Socket Peer)> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _peers.Add(peer);
        Task connecting = peer.ConnectAsync(listener.LocalEndPoint!);
        Socket accepted = await listener.AcceptAsync();
        await connecting;
        accepted.NoDelay = true;
        ByteTransport transport = _factory.Open(accepted);
        _transports.Add(transport);
        return (transport, peer);
    }
}
