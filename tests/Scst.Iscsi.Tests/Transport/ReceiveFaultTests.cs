using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Transport;

namespace Scst.Iscsi.Tests.Transport;

/// <summary>Receives to addresses that only system calls may touch, and some of which not even they can write.</summary>
[Platform("Linux")]
public class ReceiveFaultTests : ReceivingFixture
{
    public ReceiveFaultTests()
        : base(isPortable: false)
    {
    }

    [Test]
    public async Task An_address_that_cannot_be_written_is_a_fault_of_the_call_and_takes_nothing()
    {
        await Peer.SendAsync(new byte[] { 1, 2, 3 });
        var vector = new ReceiveVector();
        vector.Add(new ReceivePiece(Environment.SystemPageSize / 2, 1000));
        Assert.That(
            async () => await ReceiveAsync(vector),
            Throws.InstanceOf<SocketException>().With.Property(nameof(SocketException.SocketErrorCode)).EqualTo(SocketError.Fault));
        var buffer = new byte[10];
        Assert.That(await Transport.ReceiveAsync(buffer).AsTask().WaitAsync(Safety.Timeout), Is.EqualTo(3));
        Assert.That(buffer[..3], Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Where_a_page_cannot_be_written_no_byte_is_lost_and_none_comes_twice([Range(0, 59)] int seed)
    {
        var random = new Random(seed);
        int page = Environment.SystemPageSize;
        const int pages = 64;
        using var file = new MappedFile(new byte[pages * page]);
        int bad = random.Next(0, pages);
        if (random.Next(2) == 0)
            file.Protect(bad);
        else
            file.Shorten(bad * page);
        byte[] bytes = Pattern(random.Next(1, pages * page), seed);
        byte[] behind = Pattern(random.Next(1, 5000), seed + 1);
        Task send = SendAsync([.. bytes, .. behind], seed);

        // Each receive has the rest of the data at its place and something behind it, as a data segment and a header have.
        var vector = new ReceiveVector();
        var rest = new byte[bytes.Length];
        var tail = new byte[behind.Length];
        int fault = -1;
        for (int count = 0; count < bytes.Length + tail.Length;)
        {
            if (count < bytes.Length)
                vector.Add(fault >= 0 ? new ReceivePiece(rest.AsMemory(count)) : new ReceivePiece(file.Address + count, bytes.Length - count));
            vector.Add(tail.AsMemory(Math.Max(0, count - bytes.Length)));
            try
            {
                count += await ReceiveAsync(vector);
                Assert.That(fault >= 0 || count <= bad * page || bytes.Length <= bad * page, Is.True, "not even a system call could do that");
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.Fault && fault < 0)
            {
                fault = count;
            }

            vector.Clear();
        }

        await send.WaitAsync(Safety.Timeout);
        Assert.That(fault >= 0, Is.EqualTo(bytes.Length > bad * page));
        int inPlace = fault < 0 ? bytes.Length : fault;
        Assert.That(file.ReadAt(0, inPlace).AsSpan().SequenceEqual(bytes.AsSpan(0, inPlace)), Is.True, "in place");
        Assert.That(rest.AsSpan(inPlace).SequenceEqual(bytes.AsSpan(inPlace)), Is.True, "elsewhere");
        Assert.That(tail, Is.EqualTo(behind));
    }
}
