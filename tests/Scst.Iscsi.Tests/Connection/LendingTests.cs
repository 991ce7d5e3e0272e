using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>Data-out of commands that have no segments before their turn: it comes before anybody knows where to put it.</summary>
public class LendingTests : IscsiFixture
{
    private static readonly string[] _keys = ["InitialR2T=No", "ImmediateData=Yes", "FirstBurstLength=262144", "MaxBurstLength=65536"];

    private LendingHandler Lender => (LendingHandler)Handler;

    [Test]
    public async Task Data_that_comes_before_the_turn_is_kept([Values(8, 200, 1100)] int blocks)
    {
        var initiator = await LoginAsync(_keys);
        var blocker = await BlockAsync(initiator);
        var data = Pattern(blocks * BlockLength, 1);
        var tag = initiator.NextTag();
        var immediate = System.Math.Min(4096, data.Length);
        var unsolicited = System.Math.Min(initiator.FirstBurst, data.Length);
        await initiator.SendCommandAsync(
            Cdb.Write10(0, blocks), write: true, expected: data.Length, final: unsolicited == immediate, immediateData: data[..immediate], tag: tag);
        await initiator.SendDataAsync(tag, BasicHeader.ReservedTag, data, immediate, unsolicited - immediate, 40000);
        await initiator.PingAsync([]);
        Assert.That(Lender.Lent, Is.Zero);

        Handler.Release();
        await initiator.FinishAsync(blocker, 512);
        while (await initiator.ReceiveAsync() is var pdu)
        {
            if (pdu.Opcode == IscsiOpcode.ScsiResponse)
            {
                Assert.That(pdu.Response.Status, Is.EqualTo(CommandOutcome.Good));
                break;
            }

            var r2t = pdu.ReadyToTransfer;
            await initiator.SendDataAsync(
                tag, r2t.TargetTransferTag, data, (int)r2t.BufferOffset, (int)r2t.DesiredDataTransferLength, 40000);
        }

        Assert.That(await ReadStoreAsync(0, data.Length), Is.EqualTo(data));
        Assert.That(Lender.Lent, Is.EqualTo(1));
    }

    [Test]
    public async Task A_turn_that_comes_in_the_middle_of_a_PDU_finds_what_has_come()
    {
        var initiator = await LoginAsync(_keys);
        var blocker = await BlockAsync(initiator);
        var data = Pattern(100 * BlockLength, 1);
        var bytes = initiator.Command(Cdb.Write10(0, 100), 7, write: true, expected: data.Length, immediateData: data);
        await initiator.SendRawAsync(bytes.AsMemory(0, 20000));
        Handler.Release();
        await initiator.FinishAsync(blocker, 512);
        await initiator.SendRawAsync(bytes.AsMemory(20000));
        Assert.That((await initiator.FinishAsync(7, 0)).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(await ReadStoreAsync(0, data.Length), Is.EqualTo(data));
    }

    [Test]
    public async Task Data_of_a_command_that_is_aborted_before_its_turn_is_dropped()
    {
        var initiator = await LoginAsync(_keys);
        var blocker = await BlockAsync(initiator);
        var number = initiator.CmdSN;
        var data = Pattern(4096, 1);
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 8), write: true, expected: 4096, immediateData: data);
        Assert.That(
            await initiator.ManageAsync(TaskManagementFunctionCode.AbortTask, tag, number), Is.EqualTo(TaskManagementResponseCode.FunctionComplete));
        Handler.Release();
        await initiator.FinishAsync(blocker, 512);
        Assert.That(await ReadStoreAsync(0, 4096), Is.All.Zero);
        Assert.That(Lender.Lent, Is.Zero);
    }

    [Test]
    public async Task Data_of_a_connection_that_breaks_before_the_turn_is_dropped()
    {
        var initiator = await LoginAsync(_keys);
        await BlockAsync(initiator);
        var tag = await initiator.SendCommandAsync(
            Cdb.Write10(0, 16), write: true, expected: 8192, final: false, immediateData: Pattern(4096, 1));
        await initiator.SendDataOutAsync(tag, BasicHeader.ReservedTag, 0, 4096, Pattern(2048, 1), final: false);
        initiator.CloseSending();
        await Log.WaitForEndAsync(ConnectionEndReason.ConnectionLost);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }

    [Test]
    public async Task A_write_that_fails_while_a_function_begins_does_not_make_it_wait_for_data([Values] bool wholeSet)
    {
        var initiator = await LoginAsync(_keys);
        var blocker = await BlockAsync(initiator);
        var number = initiator.CmdSN;
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0x7fff_ffff, 1), write: true, expected: 512, final: false);
        await initiator.PingAsync([]);
        Log.OnEntry = entry =>
        {
            if (entry.Id == LogRecorder.TaskManagementReceived)
                Handler.Release();
        };
        await initiator.SendManagementAsync(
            wholeSet ? TaskManagementFunctionCode.AbortTaskSet : TaskManagementFunctionCode.AbortTask, tag, number);
        await initiator.FinishAsync(blocker, 512);
        var answer = await initiator.ReceiveAsync(IscsiOpcode.TaskManagementResponse);
        Assert.That(answer.Management.Response, Is.EqualTo(TaskManagementResponseCode.FunctionComplete));
    }

    [Platform("Linux")]
    [TestCase(8)]
    [TestCase(1100)]
    public async Task Data_for_places_that_not_even_system_calls_can_write_goes_elsewhere(int blocks)
    {
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=No");
        Lender.LendsAddresses = true;
        var data = Pattern(blocks * BlockLength, 1);
        Assert.That((await initiator.WriteAsync(Cdb.Write10(0, blocks), data)).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(await ReadStoreAsync(0, data.Length), Is.EqualTo(data));
        Lender.LendsAddresses = false;
        Assert.That((await initiator.WriteAsync(Cdb.Write10(0, 1), Pattern(512, 1))).Status, Is.EqualTo(CommandOutcome.Good));
        await WaitAsync(() => Lender.Freed == Lender.Lent);
    }

    private protected override GatedHandler MakeHandler(IDevHandler disk) => new LendingHandler(disk);

    /// <summary>An ORDERED command that runs until it is released: whatever follows waits for its turn.</summary>
    private async Task<uint> BlockAsync(TestInitiator initiator)
    {
        Handler.Hold();
        var tag = await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512, attribute: IscsiTaskAttribute.Ordered);
        await Handler.WhenHeldAsync(1);
        return tag;
    }
}
