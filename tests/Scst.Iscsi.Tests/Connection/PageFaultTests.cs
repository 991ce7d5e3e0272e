using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>Lent data that cannot be read when it is to be sent: its command fails, with exact sense, and no other.</summary>
public class PageFaultTests : PageLendingFixture
{
    private const int Half = DiskBytes / 2 / BlockLength;

    [Test]
    public async Task A_file_that_was_shortened_is_a_medium_error()
    {
        Lender.Shorten(DiskBytes / 2);
        for (var attempt = 1; ; attempt++)
        {
            var initiator = await ConnectAsync();
            initiator.Name += attempt;
            initiator.Isid += (uint)attempt;
            await initiator.LoginAsync(Iqn);
            await initiator.ClearUnitAttentionAsync();
            await initiator.SendCommandAsync(Cdb.Read10(Half + 80, 8), read: true, expected: 4096, tag: 5);
            if (await TryReceiveAsync(initiator) is not { } pdu)
            {
                // One time in many hundred a piece of memory of the system's ends within the header, and that goes out alone.
                Assert.That(await Log.WaitForEndAsync(initiator.LocalPort), Is.EqualTo(ConnectionEndReason.MediumFault));
                Assert.That(attempt, Is.LessThan(5), "it does not happen time after time");
                continue;
            }

            Assert.That(TestInitiator.OutcomeOf(pdu).SenseCode, Is.EqualTo(MediumError));
            Assert.That(Lender.Copied, Is.EqualTo(1));
            Assert.That((await initiator.ReadAsync(Cdb.Read10(0, 8), 4096)).Data, Is.EqualTo(At(0, 8)));
            return;
        }
    }

    [Test]
    public async Task A_command_that_was_partly_sent_ends_its_connection_and_is_copied_on_the_next()
    {
        Lender.Shorten(DiskBytes / 2);
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=65536");
        // No system call takes half a MiB of data to the network in one piece.
        await initiator.SendCommandAsync(Cdb.Read10(Half - 1024, 2000), read: true, expected: 2000 * BlockLength);
        await Log.WaitForEndAsync(ConnectionEndReason.MediumFault);
        Assert.That(Log.Entries.Count(entry => entry.Id == LogRecorder.MediumFaulted), Is.EqualTo(1));
        await WaitAsync(() => Lender.Outstanding == 0);
        var lent = Lender.Lent;

        var again = await LoginAsync("MaxRecvDataSegmentLength=65536");
        Assert.That((await again.ReadAsync(Cdb.Read10(Half - 1024, 2000), 2000 * BlockLength)).SenseCode, Is.EqualTo(MediumError));
        Assert.That(Lender.Lent, Is.EqualTo(lent));
        Assert.That(Log.Faults, Is.Empty);
    }

    [Test]
    public async Task Of_a_batch_only_those_fail_that_cannot_be_read([Range(0, 39)] int seed)
    {
        var random = new Random(seed);
        var cuts = new Random(seed);
        // As much goes out as there is before the header of a bad one, or less.
        Progress = good => good <= BasicHeader.Length ? 0 : cuts.NextInt64(0, good - BasicHeader.Length + 1);
        var badEvery = random.Next(2, 20);
        Lender.IsBad = offset => offset >= DiskBytes / 2;
        Lender.PieceLength = random.Next(500, 9000);
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=No", "MaxRecvDataSegmentLength=4096");
        initiator.OwnMaxSegment = 4096;
        for (var round = 0; round < 5; round++)
        {
            var reads = new Dictionary<uint, (uint Lba, int Blocks)>();
            var expected = new Dictionary<uint, int>();
            var writes = new List<uint>();
            var pings = 0;
            var batch = new List<byte>();
            for (var i = 0; i < 40; i++)
            {
                var tag = initiator.NextTag();
                switch (random.Next(8))
                {
                    case 0:
                        batch.AddRange(initiator.Command(Cdb.Write10((uint)i, 1), tag, write: true, expected: BlockLength));
                        writes.Add(tag);
                        break;
                    case 1:
                        batch.AddRange(initiator.Ping(tag, Pattern(random.Next(0, 3000), i)));
                        pings++;
                        break;
                    case 2:
                        batch.AddRange(initiator.Command(Cdb.TestUnitReady(), tag));
                        expected.Add(tag, 0);
                        break;
                    default:
                        var blocks = random.Next(1, 30);
                        var lba = (uint)(random.Next(0, 1000) + (random.Next(badEvery) == 0 ? Half : 0));
                        batch.AddRange(initiator.Command(Cdb.Read10(lba, blocks), tag, read: true, expected: blocks * BlockLength));
                        reads.Add(tag, (lba, blocks));
                        expected.Add(tag, blocks * BlockLength);
                        break;
                }
            }

            await initiator.SendRawAsync(batch.ToArray());
            var others = new List<ReceivedPdu>();
            var outcomes = await FinishAllAsync(initiator, expected, others, writes.Count + pings);
            foreach (var (tag, (lba, blocks)) in reads)
            {
                Assert.That(outcomes[tag].SenseCode, Is.EqualTo(lba >= Half ? MediumError : 0));
                if (lba < Half)
                    Assert.That(outcomes[tag].Data.AsSpan().SequenceEqual(At(lba, blocks)), Is.True, $"data of {lba}, {blocks} blocks");
            }

            Assert.That(others.Count(pdu => pdu.Opcode == IscsiOpcode.NopIn), Is.EqualTo(pings));
            foreach (var r2t in others.Where(pdu => pdu.Opcode == IscsiOpcode.ReadyToTransfer))
            {
                await initiator.SendDataAsync(r2t.Tag, r2t.ReadyToTransfer.TargetTransferTag, new byte[BlockLength], 0, BlockLength, 8192);
                var response = await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse);
                Assert.That(response.Tag, Is.EqualTo(r2t.Tag));
                Assert.That(response.Response.Status, Is.EqualTo(CommandOutcome.Good));
            }
        }
    }

    [Test]
    public async Task Whatever_the_system_sends_before_it_faults_no_data_is_wrong([Range(0, 4)] int seed)
    {
        var random = new Random(seed);
        Lender.Shorten(DiskBytes / 2);
        for (var round = 0; round < 20; round++)
        {
            var initiator = await ConnectAsync();
            initiator.Name += round;
            initiator.Isid += (uint)round;
            initiator.OwnMaxSegment = 1 << random.Next(12, 18);
            await initiator.LoginAsync(Iqn, $"MaxRecvDataSegmentLength={initiator.OwnMaxSegment}");
            await initiator.ClearUnitAttentionAsync();
            Lender.PieceLength = random.Next(400, 100_000);
            var collectors = new Dictionary<uint, (uint Lba, int Blocks, DataInCollector Collector)>();
            var batch = new List<byte>();
            for (var i = 0; i < 32; i++)
            {
                // Some of them begin where there is data and end where there is none.
                var blocks = random.Next(1, 200);
                var lba = (uint)(random.Next(4) == 0 ? Half + random.Next(-200, 500) : random.Next(0, 1000));
                var tag = initiator.NextTag();
                batch.AddRange(initiator.Command(Cdb.Read10(lba, blocks), tag, read: true, expected: blocks * BlockLength));
                collectors.Add(tag, (lba, blocks, new DataInCollector(initiator, blocks * BlockLength)));
            }

            await initiator.SendRawAsync(batch.ToArray());
            while (collectors.Count > 0 && await TryReceiveAsync(initiator) is { } pdu)
            {
                var (lba, blocks, collector) = collectors[pdu.Tag];
                if (!collector.TryFinish(pdu, out var outcome))
                    continue;
                collectors.Remove(pdu.Tag);
                var isReadable = lba + blocks <= Half;
                Assert.That(outcome.SenseCode, Is.EqualTo(isReadable ? 0 : MediumError), $"{lba}, {blocks} blocks");
                if (isReadable)
                    Assert.That(outcome.Data.AsSpan().SequenceEqual(At(lba, blocks)), Is.True, $"data of {lba}, {blocks} blocks");
            }

            if (collectors.Count > 0)
                Assert.That(await Log.WaitForEndAsync(initiator.LocalPort), Is.EqualTo(ConnectionEndReason.MediumFault));
        }

        Assert.That(Lender.Copied, Is.Positive);
    }

    [Test]
    public async Task A_fault_behind_a_header_that_was_sent_ends_the_connection([Range(1, 48)] int sentOfHeader)
    {
        var first = true;
        Progress = good =>
        {
            (var isFirst, first) = (first, false);
            return isFirst ? good - BasicHeader.Length + sentOfHeader : 0;
        };
        Lender.IsBad = static offset => offset >= DiskBytes / 2;
        var initiator = await LoginAsync();
        await initiator.SendCommandAsync(Cdb.Read10(Half, 8), read: true, expected: 4096);
        await Log.WaitForEndAsync(ConnectionEndReason.MediumFault);
    }

    [Test]
    public async Task A_command_that_is_copied_after_a_fault_can_be_aborted([Values] bool wholeSet)
    {
        Progress = _ => 0;
        Lender.IsBad = static offset => offset >= DiskBytes / 2;
        Lender.HoldsCopies = true;
        var initiator = await LoginAsync();
        Handler.Hold(command => Lender.Copied > 0);
        var number = initiator.CmdSN;
        var tag = await initiator.SendCommandAsync(Cdb.Read10(Half, 8), read: true, expected: 4096);
        await Handler.WhenHeldAsync(1);
        Assert.That(
            await initiator.ManageAsync(
                wholeSet ? TaskManagementFunctionCode.AbortTaskSet : TaskManagementFunctionCode.AbortTask, tag, number),
            Is.EqualTo(TaskManagementResponseCode.FunctionComplete));
        Assert.That(Handler.Aborted, Is.EqualTo(1));
        Assert.That(Lender.Outstanding, Is.Zero);
        Handler.Release();
        Assert.That((await initiator.ReadAsync(Cdb.Read10(0, 8), 4096)).Data, Is.EqualTo(At(0, 8)));
    }

    [Test]
    public async Task A_command_that_is_copied_after_a_fault_keeps_its_tag()
    {
        Progress = _ => 0;
        Lender.IsBad = static offset => offset >= DiskBytes / 2;
        Lender.HoldsCopies = true;
        var initiator = await LoginAsync();
        Handler.Hold(command => Lender.Copied > 0);
        var tag = await initiator.SendCommandAsync(Cdb.Read10(Half, 8), read: true, expected: 4096);
        await Handler.WhenHeldAsync(1);
        await initiator.SendCommandAsync(Cdb.TestUnitReady(), tag: tag);
        Assert.That((await initiator.ReceiveAsync(IscsiOpcode.Reject)).Reject.Reason, Is.EqualTo(RejectReason.TaskInProgress));
        Handler.Release();
        Assert.That((await initiator.FinishAsync(tag, 4096)).SenseCode, Is.EqualTo(MediumError));
    }

    [Test]
    public async Task A_connection_that_breaks_while_a_command_is_copied_leaves_nothing()
    {
        Progress = _ => 0;
        Lender.IsBad = static offset => offset >= DiskBytes / 2;
        Lender.HoldsCopies = true;
        var initiator = await LoginAsync();
        Handler.Hold(command => Lender.Copied > 0);
        await initiator.SendCommandAsync(Cdb.Read10(Half, 8), read: true, expected: 4096);
        await Handler.WhenHeldAsync(1);
        initiator.Reset();
        await Log.WaitForEndAsync(ConnectionEndReason.ConnectionLost);
        Assert.That(Lender.Outstanding, Is.Zero);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }

    /// <summary>The next PDU, or null if the connection ends first.</summary>
    private static async Task<ReceivedPdu?> TryReceiveAsync(TestInitiator initiator)
    {
        try
        {
            return await initiator.ReceiveAsync();
        }
        catch (SocketException)
        {
            return null;
        }
        catch (AssertionException exception) when (exception.Message.Contains("closed the connection", StringComparison.Ordinal))
        {
            return null;
        }
    }
}
