using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>Reads and writes of many sizes under many negotiated values, every PDU checked by the initiator.</summary>
[TestFixture(false)]
[TestFixture(true)]
public class DataTests : IscsiFixture
{
    public DataTests(bool usesPortableTransport) => UsesPortableTransport = usesPortableTransport;

    private static readonly int[] _blocks = [1, 8, 25, 128, 129, 600, 2049];

    [Test]
    public async Task What_is_written_is_read_under_every_negotiation([Range(0, 39)] int seed)
    {
        var keys = Choose(seed, out var ownSegment);
        await TestContext.Out.WriteLineAsync(string.Join(' ', keys));
        var initiator = await LoginAsync(keys);
        initiator.OwnMaxSegment = ownSegment;
        foreach (var blocks in _blocks)
        {
            var data = Pattern(blocks * BlockLength, seed + blocks);
            var lba = (uint)(seed * 7);
            var written = await initiator.WriteAsync(Cdb.Write10(lba, blocks), data, pieceLimit: seed % 3 == 0 ? 5000 : int.MaxValue);
            Assert.That(written.Status, Is.EqualTo(CommandOutcome.Good));
            Assert.That(await ReadStoreAsync(lba * BlockLength, data.Length), Is.EqualTo(data));

            var read = await initiator.ReadAsync(Cdb.Read10(lba, blocks), data.Length);
            Assert.That(read.Status, Is.EqualTo(CommandOutcome.Good));
            Assert.That(read.Data, Is.EqualTo(data));
        }
    }

    [Test]
    public async Task Many_commands_at_once_are_all_answered([Values] bool digests)
    {
        const int count = 100;
        var initiator = await LoginAsync(
            digests ? ["MaxRecvDataSegmentLength=65536", "HeaderDigest=CRC32C", "DataDigest=CRC32C"] : ["MaxRecvDataSegmentLength=65536"]);
        await FillStoreAsync(Pattern(count * 4096, 3));
        var burst = new List<byte>();
        for (var i = 0; i < count; i++)
            burst.AddRange(initiator.Command(Cdb.Read10((uint)i * 8, 8), tag: (uint)i, read: true, expected: 4096));
        await initiator.SendRawAsync(burst.ToArray());

        var answered = new SortedSet<uint>();
        while (answered.Count < count)
        {
            var pdu = await initiator.ReceiveAsync();
            Assert.That(pdu.DataIn.HasStatus, Is.True);
            Assert.That(pdu.Data, Is.EqualTo(Pattern(count * 4096, 3)[((int)pdu.Tag * 4096)..][..4096]));
            Assert.That(answered.Add(pdu.Tag), Is.True);
        }

        Assert.That(Driver.GetStatistics().Commands, Is.GreaterThanOrEqualTo(count));
    }

    [Test]
    public async Task Many_writes_at_once_are_all_executed()
    {
        const int count = 60;
        var initiator = await LoginAsync("ImmediateData=Yes", "InitialR2T=Yes");
        var data = Pattern(count * 4096, 4);
        var burst = new List<byte>();
        for (var i = 0; i < count; i++)
        {
            burst.AddRange(initiator.Command(
                Cdb.Write10((uint)i * 8, 8), tag: (uint)i, write: true, expected: 4096, immediateData: data[(i * 4096)..][..4096]));
        }

        await initiator.SendRawAsync(burst.ToArray());
        for (var i = 0; i < count; i++)
            Assert.That((await initiator.ReceiveAsync()).Response.Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(await ReadStoreAsync(0, data.Length), Is.EqualTo(data));
    }

    [Test]
    public async Task A_write_in_pieces_of_any_size_arrives([Values(1, 47, 48, 49, 8191, 8400, 70000)] int piece)
    {
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=262144", "FirstBurstLength=262144", "MaxBurstLength=262144");
        var data = Pattern(200 * BlockLength, 5);
        var length = Math.Min(data.Length, initiator.FirstBurst);
        var bytes = initiator.Command(Cdb.Write10(0, 200), tag: 9, write: true, expected: data.Length, immediateData: data[..length]);
        for (var i = 0; i < bytes.Length; i += piece == 1 ? (i < 200 ? 1 : 9000) : piece)
        {
            var step = piece == 1 ? (i < 200 ? 1 : 9000) : piece;
            await initiator.SendRawAsync(bytes.AsMemory(i, Math.Min(step, bytes.Length - i)));
        }

        Assert.That((await initiator.ReceiveAsync()).Response.Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(await ReadStoreAsync(0, data.Length), Is.EqualTo(data));
    }

    private static string[] Choose(int seed, out int ownSegment)
    {
        var random = new Random(seed);
        int[] segments = [512, 8192, 65536, 262144, 1 << 20];
        ownSegment = segments[random.Next(segments.Length)];
        var digests = random.Next(4);
        return
        [
            $"MaxRecvDataSegmentLength={ownSegment}",
            $"InitialR2T={(random.Next(2) == 0 ? "Yes" : "No")}",
            $"ImmediateData={(random.Next(2) == 0 ? "Yes" : "No")}",
            $"FirstBurstLength={new[] { 512, 4096, 65536, 262144 }[random.Next(4)]}",
            $"MaxBurstLength={new[] { 512, 16384, 262144, 1 << 20 }[random.Next(4)]}",
            $"MaxOutstandingR2T={new[] { 1, 2, 4, 8 }[random.Next(4)]}",
            $"HeaderDigest={((digests & 1) != 0 ? "CRC32C" : "None")}",
            $"DataDigest={((digests & 2) != 0 ? "CRC32C" : "None")}",
        ];
    }
}
