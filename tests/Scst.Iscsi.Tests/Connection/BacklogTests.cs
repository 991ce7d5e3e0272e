using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;
using Scst.VDisk;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>Initiators that have asked for more than the network holds, and take it slowly or not at all.</summary>
public class BacklogTests : IscsiFixture
{
    private const int Depth = 600;
    private const byte TaskAborted = 0x40;
    private const byte TaskAbortedStatusBit = 0x40;
    private const int Reads = 40;
    private const int ReadLength = 1 << 20;

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _dataOut = TimeSpan.FromSeconds(8);

    protected override IscsiDriverOptions Configure(IscsiDriverOptions options) => options with
    {
        QueueDepth = Depth,
        NopInInterval = _interval,
        NopInTimeout = _patience,
        DataOutTimeout = _dataOut,
    };

    [Test]
    public async Task An_R2T_that_waits_to_be_sent_is_not_overdue()
    {
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=No", "MaxRecvDataSegmentLength=65536");
        var tag = await FillNetworkAndWriteAsync(initiator);
        for (var i = 0; i < 5; i++)
            Time.Advance(_dataOut / 2);
        await ReceiveReadsAsync(initiator);
        var r2t = (await initiator.ReceiveAsync(IscsiOpcode.ReadyToTransfer)).ReadyToTransfer.TargetTransferTag;
        await initiator.SendDataOutAsync(tag, r2t, 0, 0, Pattern(512, 1), final: true);
        var response = await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse);
        Assert.That(response.Response.Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task An_R2T_that_was_not_sent_before_its_command_ended_is_not_sent_at_all()
    {
        var other = await LoginAsync(isid: 2);
        byte[] control = [0, 0, 0, 0, 0x0a, 0x0a, 0, 0x10, 0, TaskAbortedStatusBit, 0, 0, 0, 0, 0, 0];
        var modeSelect = new byte[16];
        modeSelect[0] = 0x15;
        modeSelect[1] = 0x10;
        modeSelect[4] = (byte)control.Length;
        Assert.That((await other.WriteAsync(modeSelect, control)).Status, Is.EqualTo(CommandOutcome.Good));
        var initiator = await LoginAsync(isid: 1, "InitialR2T=Yes", "ImmediateData=No", "MaxRecvDataSegmentLength=65536");
        var tag = await FillNetworkAndWriteAsync(initiator);
        await other.ManageAsync(TaskManagementFunctionCode.ClearTaskSet);
        await ReceiveReadsAsync(initiator);
        var response = await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse);
        Assert.That(response.Tag, Is.EqualTo(tag));
        Assert.That(response.Response.Status, Is.EqualTo(TaskAborted));
    }

    [Test]
    public async Task One_who_talks_and_never_listens_is_given_up()
    {
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=65536");
        await SendReadsAsync(initiator);
        var ended = Log.WaitForEndAsync(ConnectionEndReason.SendBacklog);
        try
        {
            while (!ended.IsCompleted)
            {
                var before = Driver.GetStatistics().BytesIn;
                await initiator.SendPongAsync(1);
                await WaitAsync(() => ended.IsCompleted || Driver.GetStatistics().BytesIn > before);
                Time.Advance(_interval);
            }
        }
        catch (SocketException)
        {
            // It has been given up.
        }

        await ended;
    }

    [Test]
    public async Task One_who_listens_slowly_is_kept_though_it_says_nothing()
    {
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=65536");
        await SendReadsAsync(initiator);
        for (var i = 0; i < Reads / 4; i++)
        {
            var before = Driver.GetStatistics().BytesOut;
            await ReceiveReadsAsync(initiator, 2);
            await WaitAsync(() => Driver.GetStatistics().BytesOut > before);
            Time.Advance(_interval);
        }

        await ReceiveReadsAsync(initiator, Reads - (Reads / 4 * 2));
        Assert.That((await initiator.PingAsync([])).Opcode, Is.EqualTo(IscsiOpcode.NopIn));
    }

    [Test]
    public async Task A_reset_of_a_deep_queue_drops_all_the_data_that_still_comes()
    {
        var logicalUnit = Engine.AddLogicalUnit("deep", new DiskHandler(new RamStore(1 << 20)), new LogicalUnitOptions { QueueDepth = Depth });
        var target = Driver.AddTarget(
            "iqn.2026-01.org.example:deep", new TargetOptions { DefaultGroup = AccessControlGroup.Of(logicalUnit) });
        var initiator = await ConnectAsync();
        await initiator.LoginAsync(target.Name, "InitialR2T=Yes", "ImmediateData=No");
        await initiator.ClearUnitAttentionAsync();
        var other = await ConnectAsync();
        other.Isid++;
        await other.LoginAsync(target.Name);
        for (uint tag = 0; tag < Depth; tag++)
            await initiator.SendCommandAsync(Cdb.Write10(0, 1), write: true, expected: 512, tag: tag);
        var transferTags = new uint[Depth];
        for (var i = 0; i < Depth; i++)
        {
            var pdu = await initiator.ReceiveAsync(IscsiOpcode.ReadyToTransfer);
            transferTags[pdu.Tag] = pdu.ReadyToTransfer.TargetTransferTag;
        }

        await other.ManageAsync(TaskManagementFunctionCode.LogicalUnitReset);
        for (uint tag = 0; tag < Depth; tag++)
            await initiator.SendDataOutAsync(tag, transferTags[tag], 0, 0, new byte[512], final: true);
        // The news that the window is open again may come first.
        await initiator.SendPingAsync([]);
        while ((await initiator.ReceiveAsync()).Tag == BasicHeader.ReservedTag)
        {
        }
    }

    private static async Task SendReadsAsync(TestInitiator initiator)
    {
        initiator.OwnMaxSegment = 65536;
        for (var i = 0; i < Reads; i++)
            await initiator.SendCommandAsync(Cdb.Read10(0, ReadLength / BlockLength), read: true, expected: ReadLength, tag: (uint)i);
    }

    private static async Task ReceiveReadsAsync(TestInitiator initiator, int count = Reads)
    {
        while (count > 0)
        {
            if ((await initiator.ReceiveAsync(IscsiOpcode.DataIn)).DataIn.HasStatus)
                count--;
        }
    }

    /// <summary>A write whose R2T cannot be sent before what the network has no room for.</summary>
    private async Task<uint> FillNetworkAndWriteAsync(TestInitiator initiator)
    {
        var before = Driver.GetStatistics().Commands;
        await SendReadsAsync(initiator);
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 1), write: true, expected: 512);
        await WaitAsync(() => Driver.GetStatistics().Commands == before + Reads + 1);
        return tag;
    }
}
