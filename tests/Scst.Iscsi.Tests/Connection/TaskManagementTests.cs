using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;
using Function = Scst.Iscsi.Protocol.TaskManagementFunctionCode;
using Response = Scst.Iscsi.Protocol.TaskManagementResponseCode;

namespace Scst.Iscsi.Tests.Connection;

public class TaskManagementTests : IscsiFixture
{
    [Test]
    public async Task An_aborted_command_has_no_response_and_its_tag_is_free([Values] bool immediate)
    {
        var initiator = await LoginAsync();
        Handler.Hold();
        var number = initiator.CmdSN;
        var tag = await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512);
        await Handler.WhenHeldAsync(1);
        Assert.That(await initiator.ManageAsync(Function.AbortTask, tag, number, immediate), Is.EqualTo(Response.FunctionComplete));
        Assert.That(Handler.Aborted, Is.EqualTo(1));
        Handler.Release();
        await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512, tag: tag);
        Assert.That((await initiator.FinishAsync(tag, 512)).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task A_task_that_has_ended_does_not_exist()
    {
        var initiator = await LoginAsync();
        var number = initiator.CmdSN;
        var tag = await initiator.SendCommandAsync(Cdb.TestUnitReady());
        await initiator.FinishAsync(tag, 0);
        Assert.That(await initiator.ManageAsync(Function.AbortTask, tag, number), Is.EqualTo(Response.TaskDoesNotExist));
    }

    [Test]
    public async Task A_command_that_was_never_received_counts_as_received_once_it_is_aborted()
    {
        // RFC 7143 11.6.1 b: within the window, and less than the CmdSN of the request.
        var initiator = await LoginAsync();
        var lost = initiator.CmdSN;
        initiator.CmdSN = unchecked(lost + 1);
        var next = await initiator.SendCommandAsync(Cdb.TestUnitReady());
        Assert.That(await initiator.ManageAsync(Function.AbortTask, 0x999, lost), Is.EqualTo(Response.FunctionComplete));
        Assert.That((await initiator.FinishAsync(next, 0)).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(initiator.ExpCmdSN, Is.EqualTo(unchecked(lost + 2)));

        await initiator.SendCommandAsync(Cdb.TestUnitReady(), tag: 0x999, cmdSN: lost);
        Assert.That((await initiator.PingAsync([])).ExpCmdSN, Is.EqualTo(unchecked(lost + 2)), "it comes too late");
    }

    [Test]
    public async Task A_command_that_waits_for_its_turn_can_be_aborted()
    {
        var initiator = await LoginAsync("InitialR2T=No", "ImmediateData=Yes");
        var missing = initiator.CmdSN;
        var waiting = unchecked(missing + 1);
        var data = Pattern(1024, 1);
        var tag = await initiator.SendCommandAsync(
            Cdb.Write10(0, 2), write: true, expected: 1024, final: false, immediateData: data[..512], cmdSN: waiting);
        initiator.CmdSN = unchecked(missing + 2);
        Assert.That(await initiator.ManageAsync(Function.AbortTask, tag, waiting), Is.EqualTo(Response.FunctionComplete));
        await initiator.SendDataOutAsync(tag, BasicHeader.ReservedTag, 0, 512, data.AsMemory(512), final: true);
        var first = await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: missing);
        Assert.That((await initiator.FinishAsync(first, 0)).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(initiator.ExpCmdSN, Is.EqualTo(unchecked(missing + 2)));
        Assert.That(await ReadStoreAsync(0, 1024), Is.All.Zero);
    }

    [Test]
    public async Task A_number_outside_the_window_names_no_task([Values(-1, 1000)] int distance)
    {
        var initiator = await LoginAsync();
        var number = unchecked(initiator.CmdSN + (uint)distance);
        Assert.That(await initiator.ManageAsync(Function.AbortTask, 0x999, number), Is.EqualTo(Response.TaskDoesNotExist));
    }

    [Test]
    public async Task A_number_that_the_request_does_not_follow_is_not_given_up()
    {
        var initiator = await LoginAsync();
        var number = unchecked(initiator.CmdSN + 1);
        Assert.That(await initiator.ManageAsync(Function.AbortTask, 0x999, number), Is.EqualTo(Response.TaskDoesNotExist));
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task An_aborted_write_drops_the_data_that_still_comes()
    {
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=No", "MaxOutstandingR2T=2", "MaxBurstLength=512");
        var data = Pattern(2048, 1);
        var number = initiator.CmdSN;
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 4), write: true, expected: 2048);
        var first = (await initiator.ReceiveAsync()).ReadyToTransfer.TargetTransferTag;
        var second = (await initiator.ReceiveAsync()).ReadyToTransfer.TargetTransferTag;
        Assert.That(await initiator.ManageAsync(Function.AbortTask, tag, number), Is.EqualTo(Response.FunctionComplete));
        await initiator.SendDataOutAsync(tag, first, 0, 0, data.AsMemory(0, 512), final: true);
        await initiator.SendDataOutAsync(tag, second, 0, 512, data.AsMemory(512, 512), final: true);
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(await ReadStoreAsync(0, 2048), Is.All.Zero);
    }

    [Test]
    public async Task A_write_aborted_in_the_middle_of_a_PDU_ends_with_the_PDU()
    {
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=No", "MaxBurstLength=262144");
        var other = await LoginAsync(isid: 7);
        var data = Pattern(131072, 1);
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 256), write: true, expected: data.Length);
        var transferTag = (await initiator.ReceiveAsync()).ReadyToTransfer.TargetTransferTag;
        var header = new byte[BasicHeader.Length];
        DataOutPdu.Write(header, final: true, 0, tag, transferTag, default, default, 0, data.Length);
        // Two pieces: when the second has been received, what the first began has been acted on.
        var pdu = initiator.Assemble(header, data).AsMemory();
        await SendAndAwaitReceiptAsync(initiator, pdu[..59000]);
        await SendAndAwaitReceiptAsync(initiator, pdu[59000..60000]);

        // The reset cannot be over before the receive into the command's buffers is.
        await other.SendManagementAsync(Function.LogicalUnitReset);
        await other.PingAsync([]);
        await initiator.SendRawAsync(pdu[60000..]);
        Assert.That((await other.ReceiveAsync(IscsiOpcode.TaskManagementResponse)).Management.Response, Is.EqualTo(Response.FunctionComplete));
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).SenseCode, Is.EqualTo(0x062903));
    }

    /// <summary>Sends bytes while the target has nothing else to receive, and waits until it has them.</summary>
    private async Task SendAndAwaitReceiptAsync(TestInitiator initiator, ReadOnlyMemory<byte> bytes)
    {
        var wanted = Driver.GetStatistics().BytesIn + bytes.Length;
        await initiator.SendRawAsync(bytes);
        await WaitAsync(() => Driver.GetStatistics().BytesIn >= wanted);
    }

    [Test]
    public async Task A_response_that_waits_for_data_is_given_up_with_its_command()
    {
        var initiator = await LoginAsync("InitialR2T=No", "ImmediateData=No");
        var number = initiator.CmdSN;
        const ulong noSuchLun = 0x0007_0000_0000_0000;
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 1), write: true, expected: 512, final: false, lun: noSuchLun);
        Assert.That(await initiator.ManageAsync(Function.AbortTask, tag, number, lun: noSuchLun), Is.EqualTo(Response.FunctionComplete));
        await initiator.SendDataOutAsync(tag, BasicHeader.ReservedTag, 0, 0, Pattern(512, 1), final: true);
        Assert.That((await initiator.PingAsync([])).Opcode, Is.EqualTo(IscsiOpcode.NopIn));
    }

    [Test]
    public async Task Functions_for_a_set_of_tasks_end_all_of_them(
        [Values(nameof(Function.AbortTaskSet), nameof(Function.ClearTaskSet), nameof(Function.LogicalUnitReset), nameof(Function.TargetWarmReset))]
        string function)
    {
        var initiator = await LoginAsync();
        Handler.Hold();
        for (var i = 0; i < 5; i++)
            await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512);
        await Handler.WhenHeldAsync(5);
        Assert.That(await initiator.ManageAsync(Enum.Parse<Function>(function), immediate: false), Is.EqualTo(Response.FunctionComplete));
        Assert.That(Handler.Aborted, Is.EqualTo(5));
        Handler.Release();
        await initiator.ClearUnitAttentionAsync();
    }

    [TestCase(nameof(Function.AbortTaskSet))]
    [TestCase(nameof(Function.ClearTaskSet))]
    [TestCase(nameof(Function.LogicalUnitReset))]
    [TestCase(nameof(Function.TargetWarmReset))]
    public async Task A_command_that_waits_for_its_turn_is_one_of_the_set(string function)
    {
        var initiator = await LoginAsync("ImmediateData=Yes");
        var missing = initiator.CmdSN;
        await initiator.SendCommandAsync(
            Cdb.Write10(0, 1), write: true, expected: 512, immediateData: Pattern(512, 1), cmdSN: unchecked(missing + 1));
        initiator.CmdSN = unchecked(missing + 2);
        Assert.That(await initiator.ManageAsync(Enum.Parse<Function>(function)), Is.EqualTo(Response.FunctionComplete));
        var tag = await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: missing);
        Assert.That((await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse)).Tag, Is.EqualTo(tag));
        await initiator.ClearUnitAttentionAsync();
        Assert.That(await ReadStoreAsync(0, 512), Is.All.Zero);
        Assert.That(initiator.ExpCmdSN, Is.EqualTo(initiator.CmdSN));
    }

    [Test]
    public async Task A_command_that_the_function_does_not_precede_is_not_one_of_the_set([Values] bool otherLun)
    {
        const ulong noSuchLun = 0x0007_0000_0000_0000;
        var initiator = await LoginAsync();
        var missing = initiator.CmdSN;
        var later = await initiator.SendCommandAsync(
            Cdb.TestUnitReady(), cmdSN: unchecked(missing + 1), lun: otherLun ? noSuchLun : 0);
        initiator.CmdSN = unchecked(missing + (otherLun ? 2u : 1u));
        Assert.That(await initiator.ManageAsync(Function.AbortTaskSet), Is.EqualTo(Response.FunctionComplete));
        var tag = await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: missing);
        Assert.That((await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse)).Tag, Is.EqualTo(tag));
        Assert.That((await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse)).Tag, Is.EqualTo(later));
    }

    [Test]
    public async Task A_LUN_that_is_not_there_does_not_exist()
    {
        var initiator = await LoginAsync();
        Assert.That(await initiator.ManageAsync(Function.LogicalUnitReset, lun: 0x0007_0000_0000_0000), Is.EqualTo(Response.LunDoesNotExist));
    }

    [Test]
    public async Task What_is_not_supported_says_so()
    {
        var initiator = await LoginAsync();
        Assert.That(await initiator.ManageAsync(Function.TaskReassign), Is.EqualTo(Response.TaskAllegianceReassignmentNotSupported));
        Assert.That(await initiator.ManageAsync(Function.ClearAca), Is.EqualTo(Response.FunctionNotSupported));
        Assert.That(await initiator.ManageAsync((Function)77), Is.EqualTo(Response.FunctionNotSupported));
    }

    [Test]
    public async Task The_functions_of_RFC_7144_need_its_protocol_level(
        [Values(nameof(Function.QueryTask), nameof(Function.QueryTaskSet), nameof(Function.ITNexusReset), nameof(Function.QueryAsynchronousEvent))]
        string function)
    {
        var old = await LoginAsync(isid: 1);
        Assert.That(await old.ManageAsync(Enum.Parse<Function>(function)), Is.EqualTo(Response.FunctionNotSupported));
        var young = await LoginAsync(isid: 2, "iSCSIProtocolLevel=2");
        Assert.That(await young.ManageAsync(Enum.Parse<Function>(function)), Is.EqualTo(Response.FunctionComplete));
    }

    [Test]
    public async Task A_query_finds_a_task()
    {
        var initiator = await LoginAsync("iSCSIProtocolLevel=2");
        Handler.Hold();
        var tag = await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512);
        await Handler.WhenHeldAsync(1);
        Assert.That(await initiator.ManageAsync(Function.QueryTask, tag), Is.EqualTo(Response.FunctionSucceeded));
        Assert.That(await initiator.ManageAsync(Function.QueryTask, tag + 1), Is.EqualTo(Response.FunctionComplete));
        Assert.That(await initiator.ManageAsync(Function.QueryTaskSet), Is.EqualTo(Response.FunctionSucceeded));
        Handler.Release();
        await initiator.FinishAsync(tag, 512);
    }

    [Test]
    public async Task A_cold_reset_ends_all_sessions_after_its_answer()
    {
        var first = await LoginAsync(isid: 1);
        var second = await LoginAsync(isid: 2);
        Assert.That(await first.ManageAsync(Function.TargetColdReset), Is.EqualTo(Response.FunctionComplete));
        await first.ReadToEndAsync();
        await second.ReadToEndAsync();
        Assert.That(await Log.WaitForEndAsync(second.LocalPort), Is.EqualTo(ConnectionEndReason.TargetReset));
        await LoginAsync(isid: 1);
    }

    [Test]
    public async Task An_initiator_whose_commands_another_one_cleared_learns_that_it_may_go_on()
    {
        var victim = await LoginAsync(isid: 1);
        var other = await LoginAsync(isid: 2);
        Handler.Hold();
        var depth = Driver.Options.QueueDepth;
        for (var i = 0; i < depth; i++)
            await victim.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512);
        await Handler.WhenHeldAsync(depth);
        await other.ManageAsync(Function.ClearTaskSet);
        Handler.Release();
        var news = await victim.ReceiveAsync(IscsiOpcode.NopIn);
        Assert.That(news.Tag, Is.EqualTo(BasicHeader.ReservedTag));
        Assert.That(news.NopIn.TargetTransferTag, Is.EqualTo(BasicHeader.ReservedTag));
        Assert.That(unchecked((int)(news.MaxCmdSN - news.ExpCmdSN)), Is.GreaterThanOrEqualTo(0));
        Assert.That((await victim.ExecuteAsync(Cdb.TestUnitReady())).SenseCode, Is.EqualTo(0x062f00));
    }
}
