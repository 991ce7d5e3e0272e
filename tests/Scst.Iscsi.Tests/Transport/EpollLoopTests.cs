using System;
using System.Buffers;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Transport;
using Scst.Iscsi.Transport.Linux;

namespace Scst.Iscsi.Tests.Transport;

/// <summary>The thread that serves many connections: it outlives what goes wrong with one, and ends when it is told to.</summary>
[Platform("Linux")]
public class EpollLoopTests
{
    [Test]
    public void It_can_be_told_to_end_again_when_it_is_over()
    {
        var name = $"t{Guid.NewGuid():N}"[..15];
        var loop = new EpollLoop(name, TimeSpan.Zero, TimeProvider.System);
        loop.Dispose();
        Assert.That(SpinWait.SpinUntil(() => !HasThread(name), Safety.Timeout), Is.True);
        Assert.That(loop.Dispose, Throws.Nothing);
    }

    [Test]
    public void A_thread_that_is_awake_may_end_before_it_is_told_to()
    {
        for (var i = 0; i < 200; i++)
        {
            var loop = new EpollLoop("awake", TimeSpan.FromDays(1), TimeProvider.System);
            Assert.That(loop.Dispose, Throws.Nothing);
        }
    }

    [Test]
    public async Task What_has_let_others_go_first_is_not_forgotten_at_the_end()
    {
        var loop = new EpollLoop("yields", TimeSpan.Zero, TimeProvider.System);
        var (transport, peer) = await ConnectAsync(loop);
        var over = YieldTwiceAndStopAsync(transport, loop);
        await peer.SendAsync(new byte[1000]);
        Assert.That(async () => await over.WaitAsync(Safety.Timeout), Throws.InstanceOf<ObjectDisposedException>());
        peer.Dispose();
    }

    [Test]
    public async Task A_send_that_fails_in_an_unexpected_way_is_its_own_connections_affair()
    {
        using var loop = new EpollLoop("fails", TimeSpan.Zero, TimeProvider.System);
        var (transport, peer) = await ConnectAsync(loop);
        var (other, otherPeer) = await ConnectAsync(loop);
        using var memory = new FailingMemory();
        var vector = new SendVector();
        Task<int> send;
        do
        {
            vector.Clear();
            vector.Add(memory.Memory);
            send = transport.SendAsync(vector).AsTask();
        }
        while (send.IsCompleted);

        memory.Fails = true;
        var received = other.ReceiveAsync(new byte[1]).AsTask();
        var buffer = new byte[1 << 20];
        while (!send.IsCompleted && await peer.ReceiveAsync(buffer.AsMemory()) > 0)
        {
        }

        Assert.That(async () => await send.WaitAsync(Safety.Timeout), Throws.InstanceOf<NotSupportedException>());
        await otherPeer.SendAsync(new byte[1]);
        Assert.That(await received.WaitAsync(Safety.Timeout), Is.EqualTo(1));
        transport.Dispose();
        other.Dispose();
        peer.Dispose();
        otherPeer.Dispose();
    }

    private static async Task YieldTwiceAndStopAsync(EpollTransport transport, EpollLoop loop)
    {
        var buffer = new byte[1];
        // What goes on after this does so on the thread of the loop.
        await transport.ReceiveAsync(buffer).ConfigureAwait(false);
        for (var yields = 0; ;)
        {
            var receive = transport.ReceiveAsync(buffer);
            if (!receive.IsCompleted && ++yields == 2)
            {
                transport.Dispose();
                loop.Dispose();
            }

            await receive.ConfigureAwait(false);
        }
    }

    private static bool HasThread(string name) => Directory.EnumerateDirectories("/proc/self/task").Any(task =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).Trim() == name;
        }
        catch (IOException)
        {
            return false;
        }
    });

    private static async Task<(EpollTransport Transport, Socket Peer)> ConnectAsync(EpollLoop loop)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var connecting = peer.ConnectAsync(listener.LocalEndPoint!);
        var accepted = await listener.AcceptAsync();
        await connecting;
        return (new EpollTransport(accepted, loop), peer);
    }

    private sealed class FailingMemory : MemoryManager<byte>
    {
        private readonly byte[] _bytes = GC.AllocateArray<byte>(1 << 20, pinned: true);

        public volatile bool Fails;

        public override Span<byte> GetSpan() => _bytes;

        public override MemoryHandle Pin(int elementIndex = 0) =>
            Fails ? throw new NotSupportedException() : _bytes.AsMemory(elementIndex).Pin();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
