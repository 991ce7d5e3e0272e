using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>Data-out that goes from the network into the pages of a file without a copy.</summary>
public class PageReceivingTests : PageReceivingFixture
{
    [Test]
    public async Task Data_is_received_in_place(
        [Values(1, 3, 8, 65, 129, 1000, 3000)] int blocks,
        [Values(517, 3000, 1 << 20)] int piece,
        [Values("InitialR2T=Yes,ImmediateData=No", "InitialR2T=Yes,ImmediateData=Yes", "InitialR2T=No,ImmediateData=No",
            "InitialR2T=No,ImmediateData=Yes")] string keys)
    {
        Lender.PieceLength = piece;
        var initiator = await LoginAsync([.. keys.Split(','), "FirstBurstLength=100000", "MaxBurstLength=300000", "MaxOutstandingR2T=3"]);
        var data = Pattern(blocks * BlockLength, blocks);
        Expect(11, data);
        var outcome = await initiator.WriteAsync(Cdb.Write10(11, blocks), data, pieceLimit: 66_000);
        Assert.That(outcome.Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(Lender.Lent, Is.EqualTo(1));
        Assert.That(Lender.Copied, Is.Zero);
    }

    [Test]
    public async Task Many_writes_at_once_are_received_in_place([Range(0, 9)] int seed)
    {
        var random = new Random(seed);
        Lender.PieceLength = random.Next(500, 100_000);
        var initiator = await LoginAsync(
            "InitialR2T=Yes", "ImmediateData=Yes", "FirstBurstLength=262144",
            random.Next(2) == 0 ? "HeaderDigest=CRC32C" : "HeaderDigest=None");
        for (var round = 0; round < 5; round++)
        {
            var batch = new List<byte>();
            uint lba = 0;
            var tags = new HashSet<uint>();
            for (var i = 0; i < 24; i++)
            {
                // Short and long ones in turn, so that what follows a long one is sometimes in the buffer and sometimes not.
                var blocks = random.Next(3) == 0 ? random.Next(1, 16) : random.Next(1, 400);
                lba += (uint)random.Next(0, 20);
                var data = Pattern(blocks * BlockLength, random.Next());
                Expect(lba, data);
                var tag = initiator.NextTag();
                batch.AddRange(initiator.Command(Cdb.Write10(lba, blocks), tag, write: true, expected: data.Length, immediateData: data));
                lba += (uint)blocks;
                tags.Add(tag);
            }

            await SendInPiecesAsync(initiator, batch.ToArray(), random);
            while (tags.Count > 0)
            {
                var pdu = await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse);
                Assert.That(pdu.Response.Status, Is.EqualTo(CommandOutcome.Good));
                Assert.That(tags.Remove(pdu.Tag), Is.True);
            }

            AssertFile();
        }

        Assert.That(Lender.Lent, Is.EqualTo(5 * 24));
        Assert.That(Lender.Copied, Is.Zero);
    }

    [Test]
    public async Task Data_that_came_before_the_turn_is_put_in_place([Values(8, 200, 1100)] int blocks)
    {
        var initiator = await LoginAsync("InitialR2T=No", "ImmediateData=Yes", "FirstBurstLength=262144", "MaxBurstLength=65536");
        Handler.Hold();
        var blocker = await initiator.SendCommandAsync(
            Cdb.Read10(0, 1), read: true, expected: 512, attribute: IscsiTaskAttribute.Ordered);
        await Handler.WhenHeldAsync(1);
        var data = Pattern(blocks * BlockLength, 1);
        var tag = initiator.NextTag();
        var unsolicited = Math.Min(initiator.FirstBurst, data.Length);
        await initiator.SendCommandAsync(
            Cdb.Write10(3, blocks), write: true, expected: data.Length, final: unsolicited == 4096, immediateData: data[..4096], tag: tag);
        await initiator.SendDataAsync(tag, BasicHeader.ReservedTag, data, 4096, unsolicited - 4096, 40000);
        await initiator.PingAsync([]);
        Assert.That(Lender.Lent, Is.Zero);
        AssertFile();

        Expect(3, data);
        Handler.Release();
        await initiator.FinishAsync(blocker, 512);
        var outcome = await initiator.AnswerReadyToTransfersAsync(tag, data, unsolicited, data.Length, 40000);
        Assert.That(outcome.Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(Lender.Lent, Is.EqualTo(1));
        Assert.That(Lender.Copied, Is.Zero);
    }

    [Test]
    public async Task A_session_with_data_digests_copies()
    {
        var initiator = await LoginAsync("DataDigest=CRC32C");
        var data = Pattern(200 * BlockLength, 1);
        Expect(5, data);
        Assert.That((await initiator.WriteAsync(Cdb.Write10(5, 200), data)).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(Lender.Lent, Is.Zero);
    }

    [Test]
    public async Task A_range_of_a_file_is_written_by_its_owner([Values(8, 200, 1100)] int blocks)
    {
        Lender.LendsFile = true;
        var initiator = await LoginAsync();
        var data = Pattern(blocks * BlockLength, 1);
        Expect(5, data);
        Assert.That((await initiator.WriteAsync(Cdb.Write10(5, blocks), data)).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(Lender.Lent, Is.EqualTo(1));
        Assert.That(Lender.Copied, Is.EqualTo(data.Length));
    }

    [Test]
    public async Task After_an_abort_between_two_PDUs_no_byte_changes([Values] bool wholeSet)
    {
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=No");
        var number = initiator.CmdSN;
        var data = Pattern(256 * BlockLength, 1);
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 256), write: true, expected: data.Length);
        var transferTag = (await initiator.ReceiveAsync(IscsiOpcode.ReadyToTransfer)).ReadyToTransfer.TargetTransferTag;
        await initiator.SendDataOutAsync(tag, transferTag, 0, 0, data.AsMemory(0, 65536), final: false);
        Assert.That(
            await initiator.ManageAsync(
                wholeSet ? TaskManagementFunctionCode.AbortTaskSet : TaskManagementFunctionCode.AbortTask, tag, number),
            Is.EqualTo(TaskManagementResponseCode.FunctionComplete));
        Assert.That(Lender.Outstanding, Is.Zero);
        Expect(0, data.AsSpan(0, 65536));
        AssertFile();

        await initiator.SendDataOutAsync(tag, transferTag, 1, 65536, data.AsMemory(65536), final: true);
        await initiator.PingAsync([]);
        AssertFile();
    }

    [Test]
    public async Task A_reset_waits_for_the_PDU_that_is_being_received()
    {
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=No");
        var other = await LoginAsync(0x8000_0000_0002, []);
        var data = Pattern(256 * BlockLength, 1);
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 256), write: true, expected: data.Length);
        var transferTag = (await initiator.ReceiveAsync(IscsiOpcode.ReadyToTransfer)).ReadyToTransfer.TargetTransferTag;
        var bytes = new List<byte>();
        foreach (var pdu in initiator.DataSequence(tag, transferTag, data, 0, data.Length, 65536))
            bytes.AddRange(pdu);
        await initiator.SendRawAsync(bytes.ToArray().AsMemory(0, 20_000));
        // It is in the middle of it: what has come is there.
        var here = 20_000 - BasicHeader.Length;
        await WaitAsync(() => Lender.File.ReadAt(0, here).AsSpan().SequenceEqual(data.AsSpan(0, here)));

        await other.SendManagementAsync(TaskManagementFunctionCode.LogicalUnitReset);
        await Log.WaitAsync(entry => entry.Id == LogRecorder.TaskManagementReceived);
        // An answer to the reset would come before that to the ping.
        await other.PingAsync([]);
        Assert.That(Lender.Outstanding, Is.EqualTo(1));

        await initiator.SendRawAsync(bytes.ToArray().AsMemory(20_000, 65536));
        var answer = await other.ReceiveAsync(IscsiOpcode.TaskManagementResponse);
        Assert.That(answer.Management.Response, Is.EqualTo(TaskManagementResponseCode.FunctionComplete));
        Assert.That(Lender.Outstanding, Is.Zero);
        Expect(0, data.AsSpan(0, 65536));
        AssertFile();

        await initiator.SendRawAsync(bytes.ToArray().AsMemory(20_000 + 65536));
        await initiator.PingAsync([]);
    }

    [Test]
    public async Task A_connection_that_breaks_in_the_middle_of_a_PDU_leaves_nothing([Values] bool closes)
    {
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=Yes", "FirstBurstLength=262144");
        var data = Pattern(256 * BlockLength, 1);
        var bytes = initiator.Command(Cdb.Write10(0, 256), initiator.NextTag(), write: true, expected: data.Length, immediateData: data);
        await initiator.SendRawAsync(bytes.AsMemory(0, 70_000));
        var here = 70_000 - BasicHeader.Length;
        await WaitAsync(() => Lender.File.ReadAt(0, here).AsSpan().SequenceEqual(data.AsSpan(0, here)));
        Assert.That(Lender.Outstanding, Is.EqualTo(1));
        if (closes)
            initiator.CloseSending();
        else
            initiator.Reset();
        await Log.WaitForEndAsync(ConnectionEndReason.ConnectionLost);
        Assert.That(Lender.Outstanding, Is.Zero);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
        Expect(0, data.AsSpan(0, here));
    }

    private static async Task SendInPiecesAsync(TestInitiator initiator, byte[] bytes, Random random)
    {
        for (var start = 0; start < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - start, random.Next(1, 200_000));
            await initiator.SendRawAsync(bytes.AsMemory(start, length));
            start += length;
        }
    }
}
