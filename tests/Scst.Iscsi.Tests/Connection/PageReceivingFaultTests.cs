using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>Data-out for pages that no system call can write: it goes elsewhere, no byte is lost, and no neighbour is concerned.</summary>
public class PageReceivingFaultTests : PageReceivingFixture
{
    private static readonly string[] _solicited = ["InitialR2T=Yes", "ImmediateData=No"];

    [Test]
    public async Task Whichever_page_cannot_be_written_all_data_arrives(
        [Range(0, 17)] int page,
        [Values("InitialR2T=Yes,ImmediateData=No", "InitialR2T=No,ImmediateData=Yes")] string keys,
        [Values(2000, 40_000, 1 << 20)] int pieceLimit)
    {
        // From the middle of page 0 to the middle of page 16; page 17 has no part in it.
        const int blocks = 16 * 8;
        Lender.File.Protect(page);
        var initiator = await LoginAsync([.. keys.Split(','), "FirstBurstLength=50000", "MaxBurstLength=1048576"]);
        var data = Pattern(blocks * BlockLength, page);
        Expect(4, data);
        var outcome = await initiator.WriteAsync(Cdb.Write10(4, blocks), data, pieceLimit: pieceLimit);
        Assert.That(outcome.Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(Lender.Lent, Is.EqualTo(1));
        Assert.That(Lender.Copied, page == 17 ? Is.Zero : Is.Positive);
        AssertFile();
        Assert.That((await initiator.WriteAsync(Cdb.Write10(4, blocks), data)).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task A_file_that_is_shortened_under_a_loan_is_a_write_error(
        [Values(0, 1, 2, 8, 15, 16, 17, 18)] int pages, [Values(2000, 40_000, 1 << 20)] int pieceLimit)
    {
        const int blocks = 16 * 8;
        var initiator = await LoginAsync(_solicited);
        var data = Pattern(blocks * BlockLength, pages);
        var tag = await initiator.SendCommandAsync(Cdb.Write10(4, blocks), write: true, expected: data.Length);
        var r2t = (await initiator.ReceiveAsync(IscsiOpcode.ReadyToTransfer)).ReadyToTransfer;
        Assert.That(Lender.Outstanding, Is.EqualTo(1));
        Shorten(pages * PageLength);

        await initiator.SendDataAsync(tag, r2t.TargetTransferTag, data, 0, data.Length, pieceLimit);
        var outcome = TestInitiator.OutcomeOf(await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse));
        var isThere = pages * PageLength >= (4 + blocks) * BlockLength;
        Assert.That(outcome.SenseCode, Is.EqualTo(isThere ? 0 : WriteError));
        if (isThere)
            Expect(4, data);
        else if (pages > 0)
            ExpectAnything(4, Math.Min(blocks, (pages * PageLength / BlockLength) - 4));
        AssertFile();
    }

    [Test]
    public async Task A_file_that_is_shortened_in_the_middle_of_a_PDU_is_a_write_error([Values(1, 4, 5, 8)] int pages)
    {
        const int blocks = 16 * 8;
        var initiator = await LoginAsync(_solicited);
        var data = Pattern(blocks * BlockLength, pages);
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, blocks), write: true, expected: data.Length);
        var r2t = (await initiator.ReceiveAsync(IscsiOpcode.ReadyToTransfer)).ReadyToTransfer;
        var bytes = new List<byte>();
        foreach (var pdu in initiator.DataSequence(tag, r2t.TargetTransferTag, data, 0, data.Length, data.Length))
            bytes.AddRange(pdu);
        var here = (4 * PageLength) + 100;
        await initiator.SendRawAsync(bytes.ToArray().AsMemory(0, BasicHeader.Length + here));
        await WaitAsync(() => Lender.File.ReadAt(0, here).AsSpan().SequenceEqual(data.AsSpan(0, here)));
        Shorten(pages * PageLength);
        await initiator.SendRawAsync(bytes.ToArray().AsMemory(BasicHeader.Length + here));
        Assert.That(TestInitiator.OutcomeOf(await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse)).SenseCode, Is.EqualTo(WriteError));
        ExpectAnything(0, pages * PageLength / BlockLength);
        await initiator.PingAsync([]);
    }

    [Test]
    public async Task Among_good_neighbours_all_data_arrives([Range(0, 29)] int seed)
    {
        var random = new Random(seed);
        for (var page = 0; page < DiskBytes / PageLength; page++)
        {
            if (random.Next(40) == 0)
                Lender.File.Protect(page);
        }

        Lender.PieceLength = random.Next(500, 100_000);
        var initiator = await LoginAsync(
            $"InitialR2T={(random.Next(2) == 0 ? "Yes" : "No")}", $"ImmediateData={(random.Next(2) == 0 ? "Yes" : "No")}",
            $"FirstBurstLength={random.Next(512, 262_144)}", $"MaxBurstLength={random.Next(10_000, 300_000)}", "MaxOutstandingR2T=4",
            $"HeaderDigest={(random.Next(2) == 0 ? "CRC32C" : "None")}");
        var pipeline = new PipelineInitiator(initiator);
        await using (pipeline.ConfigureAwait(false))
        {
            for (var round = 0; round < 4; round++)
            {
                var outcomes = new List<Task<Scst.Testing.DriverOutcome>>();
                uint lba = 0;
                for (var i = 0; i < 20; i++)
                {
                    var blocks = random.Next(1, random.Next(2) == 0 ? 10 : 500);
                    lba += (uint)random.Next(0, 20);
                    var data = Pattern(blocks * BlockLength, random.Next());
                    Expect(lba, data);
                    outcomes.Add(pipeline.Start(new Scst.Testing.DriverCommand { Cdb = Cdb.Write10(lba, blocks), DataOut = data }).Outcome);
                    lba += (uint)blocks;
                }

                await pipeline.FlushAsync();
                foreach (var outcome in outcomes)
                    Assert.That((await outcome.WaitAsync(Safety.Timeout)).Status, Is.EqualTo(Scst.Protocol.ScsiStatus.Good));
                AssertFile();
            }
        }

        Assert.That(Lender.Copied, Is.Positive);
    }

    [Test]
    public async Task Data_that_came_before_the_turn_arrives_also_where_a_page_cannot_be_written([Values(0, 1, 7)] int page)
    {
        var initiator = await LoginAsync("InitialR2T=No", "ImmediateData=Yes", "FirstBurstLength=262144");
        Handler.Hold();
        var blocker = await initiator.SendCommandAsync(
            Cdb.Read10(0, 1), read: true, expected: 512, attribute: IscsiTaskAttribute.Ordered);
        await Handler.WhenHeldAsync(1);
        var data = Pattern(64 * BlockLength, 1);
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 64), write: true, expected: data.Length, immediateData: data);
        await initiator.PingAsync([]);
        Lender.File.Protect(page);
        Expect(0, data);
        Handler.Release();
        await initiator.FinishAsync(blocker, 512);
        Assert.That((await initiator.FinishAsync(tag, 0)).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(Lender.Copied, Is.EqualTo(data.Length - (page * PageLength)), "each byte that can be put in place is");
    }

    [Test]
    public async Task A_connection_that_breaks_after_a_fault_leaves_nothing([Values] bool closes)
    {
        Lender.File.Protect(1);
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=Yes", "FirstBurstLength=262144");
        var data = Pattern(256 * BlockLength, 1);
        var bytes = initiator.Command(Cdb.Write10(0, 256), initiator.NextTag(), write: true, expected: data.Length, immediateData: data);
        await initiator.SendRawAsync(bytes.AsMemory(0, 70_000));
        await WaitAsync(() => Engine.BufferPool.RentedBytes > 0);
        if (closes)
            initiator.CloseSending();
        else
            initiator.Reset();
        await Log.WaitForEndAsync(ConnectionEndReason.ConnectionLost);
        Assert.That(Lender.Outstanding, Is.Zero);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
        ExpectAnything(0, PageLength / BlockLength);
        AssertFile();
    }

    [Test]
    public async Task A_write_that_is_aborted_after_a_fault_changes_nothing_more([Values] bool wholeSet)
    {
        Lender.File.Protect(1);
        var initiator = await LoginAsync(_solicited);
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
        Assert.That(Lender.Copied, Is.Zero);
        await WaitAsync(() => Engine.BufferPool.RentedBytes == 0);
        ExpectAnything(0, PageLength / BlockLength);
        AssertFile();
        await initiator.SendDataOutAsync(tag, transferTag, 1, 65536, data.AsMemory(65536), final: true);
        await initiator.PingAsync([]);
        AssertFile();
    }

    [Test]
    public async Task Without_memory_for_the_rest_the_write_fails_and_nothing_else([Values] bool beforeTurn)
    {
        var initiator = await LoginAsync("InitialR2T=No", "ImmediateData=Yes", "FirstBurstLength=65536");
        var data = Pattern(200 * BlockLength, 1);
        Lender.File.Protect(3);
        uint? blocker = null;
        if (beforeTurn)
        {
            Handler.Hold();
            blocker = await initiator.SendCommandAsync(
                Cdb.Read10(0, 1), read: true, expected: 512, attribute: IscsiTaskAttribute.Ordered);
            await Handler.WhenHeldAsync(1);
        }

        var tag = initiator.NextTag();
        await initiator.SendCommandAsync(
            Cdb.Write10(0, 200), write: true, expected: data.Length, final: false, immediateData: data[..4096], tag: tag);
        await initiator.PingAsync([]);
        if (blocker is { })
        {
            // All that may come unasked has come when the turn does.
            await initiator.SendDataAsync(tag, BasicHeader.ReservedTag, data, 4096, 65536 - 4096, 40000);
            await initiator.PingAsync([]);
        }

        var rented = new List<DataBuffer>();
        for (var length = DataBufferPool.LargestBuffer; length > 0; length /= 2)
        {
            while (Engine.BufferPool.TryRent(length) is { } buffer)
                rented.Add(buffer);
        }

        if (blocker is { } held)
        {
            Handler.Release();
            await initiator.FinishAsync(held, 512);
        }
        else
        {
            await initiator.SendDataAsync(tag, BasicHeader.ReservedTag, data, 4096, 65536 - 4096, 40000);
        }

        Assert.That((await initiator.FinishAsync(tag, 0)).SenseCode, Is.EqualTo(0x0B5503));
        rented.ForEach(Engine.BufferPool.Return);
        ExpectAnything(0, 200);
        Expect(200, data.AsSpan(0, BlockLength));
        Assert.That((await initiator.WriteAsync(Cdb.Write10(200, 1), data[..BlockLength])).Status, Is.EqualTo(CommandOutcome.Good));
    }
}
