using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

public class ResponseTests : IscsiFixture
{
    private const ulong NoSuchLun = 0x0007_0000_0000_0000;

    [Test]
    public async Task GOOD_travels_with_the_last_data()
    {
        var initiator = await LoginAsync();
        await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512);
        var pdu = await initiator.ReceiveAsync(IscsiOpcode.DataIn);
        Assert.That(pdu.DataIn.HasStatus, Is.True);
        Assert.That(pdu.Header.IsFinal, Is.True);
        Assert.That(pdu.DataIn.TargetTransferTag, Is.EqualTo(BasicHeader.ReservedTag));
    }

    [Test]
    public async Task A_read_of_less_than_expected_underflows()
    {
        var outcome = await (await LoginAsync()).ReadAsync(Cdb.Read10(0, 2), 10000);
        Assert.That(outcome.Data, Has.Length.EqualTo(1024));
        Assert.That(outcome.Residual, Is.EqualTo(new ResidualCount(IscsiResidualKind.Underflow, 10000 - 1024)));
    }

    [Test]
    public async Task A_read_of_more_than_expected_overflows()
    {
        var outcome = await (await LoginAsync()).ReadAsync(Cdb.Read10(0, 2), 200);
        Assert.That(outcome.Data, Has.Length.EqualTo(200));
        Assert.That(outcome.Residual, Is.EqualTo(new ResidualCount(IscsiResidualKind.Overflow, 1024 - 200)));
    }

    [Test]
    public async Task A_read_of_which_nothing_is_expected_has_a_response_without_data()
    {
        var initiator = await LoginAsync();
        var tag = await initiator.SendCommandAsync(Cdb.Read10(0, 2));
        var pdu = await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse);
        Assert.That(pdu.Tag, Is.EqualTo(tag));
        Assert.That(pdu.Response.Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(pdu.Response.Residual, Is.EqualTo(new ResidualCount(IscsiResidualKind.Overflow, 1024)));
    }

    [Test]
    public async Task A_write_of_less_than_announced_takes_only_its_own_data()
    {
        var initiator = await LoginAsync("InitialR2T=No", "FirstBurstLength=512", "MaxBurstLength=512", "ImmediateData=Yes");
        await FillStoreAsync(Pattern(8192, 1));
        var outcome = await initiator.WriteAsync(Cdb.Write10(0, 2), Pattern(4096, 2), totalWanted: 1024);
        Assert.That(outcome.Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(outcome.Residual, Is.EqualTo(new ResidualCount(IscsiResidualKind.Underflow, 3072)));
        Assert.That(await ReadStoreAsync(0, 1024), Is.EqualTo(Pattern(4096, 2)[..1024]));
        Assert.That(await ReadStoreAsync(1024, 7168), Is.EqualTo(Pattern(8192, 1)[1024..]));
    }

    [Test]
    public async Task Sense_data_is_in_the_data_segment()
    {
        var initiator = await LoginAsync();
        await initiator.SendCommandAsync(Cdb.Read10(0x7fff_ffff, 1), read: true, expected: 512);
        var pdu = await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse);
        var outcome = TestInitiator.OutcomeOf(pdu);
        Assert.That(outcome.Status, Is.EqualTo(CommandOutcome.CheckCondition));
        Assert.That(outcome.SenseCode, Is.EqualTo(0x052100));
        Assert.That(pdu.Data, Has.Length.EqualTo(2 + outcome.Sense.Length));
        Assert.That(pdu.Response.Response, Is.EqualTo(ServiceResponse.CommandCompleted));
        Assert.That(outcome.Residual, Is.EqualTo(new ResidualCount(IscsiResidualKind.Underflow, 512)));
    }

    [Test]
    public async Task A_failed_write_waits_for_the_data_that_was_announced()
    {
        // RFC 7143 11.4.2: no response before the PDU with F.
        var initiator = await LoginAsync("InitialR2T=No", "ImmediateData=No");
        var data = Pattern(1024, 1);
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 2), write: true, expected: 1024, final: false, lun: NoSuchLun);
        await initiator.SendDataOutAsync(tag, BasicHeader.ReservedTag, 0, 0, data.AsMemory(0, 512), final: false);
        Assert.That((await initiator.PingAsync([])).Opcode, Is.EqualTo(IscsiOpcode.NopIn), "the response came too early");
        await initiator.SendDataOutAsync(tag, BasicHeader.ReservedTag, 1, 512, data.AsMemory(512, 512), final: true);
        Assert.That((await initiator.FinishAsync(tag, 0)).SenseCode, Is.EqualTo(0x052500));
    }

    [Test]
    public async Task A_failed_write_drops_its_immediate_data([Values(512, 65536)] int length)
    {
        var initiator = await LoginAsync("ImmediateData=Yes", "FirstBurstLength=65536");
        var tag = await initiator.SendCommandAsync(
            Cdb.Write10(0, length / 512), write: true, expected: length, immediateData: Pattern(length, 1), lun: NoSuchLun);
        Assert.That((await initiator.FinishAsync(tag, 0)).SenseCode, Is.EqualTo(0x052500));
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task Immediate_data_that_was_not_agreed_fails_the_command()
    {
        var initiator = await LoginAsync("ImmediateData=No");
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 1), write: true, expected: 512, immediateData: Pattern(512, 1));
        Assert.That((await initiator.FinishAsync(tag, 0)).SenseCode, Is.EqualTo(0x0b0c0c));
        Assert.That(await ReadStoreAsync(0, 512), Is.All.Zero);
    }

    [Test]
    public async Task Unsolicited_data_that_was_not_agreed_fails_the_command_at_its_end()
    {
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=No");
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 1), write: true, expected: 512, final: false);
        await initiator.SendDataOutAsync(tag, BasicHeader.ReservedTag, 0, 0, Pattern(512, 1), final: true);
        Assert.That((await initiator.FinishAsync(tag, 0)).SenseCode, Is.EqualTo(0x0b0c0c));
        Assert.That(await ReadStoreAsync(0, 512), Is.All.Zero);
    }

    [Test]
    public async Task Unsolicited_data_may_end_early_and_R2Ts_fetch_the_rest()
    {
        var initiator = await LoginAsync("InitialR2T=No", "ImmediateData=Yes", "FirstBurstLength=4096");
        var data = Pattern(4096, 8);
        var tag = await initiator.SendCommandAsync(
            Cdb.Write10(0, 8), write: true, expected: 4096, final: false, immediateData: data[..512]);
        await initiator.SendDataOutAsync(tag, BasicHeader.ReservedTag, 0, 512, data.AsMemory(512, 512), final: true);
        var r2t = (await initiator.ReceiveAsync(IscsiOpcode.ReadyToTransfer)).ReadyToTransfer;
        Assert.That(r2t.BufferOffset, Is.EqualTo(1024));
        Assert.That(r2t.DesiredDataTransferLength, Is.EqualTo(3072));
        await initiator.SendDataAsync(tag, r2t.TargetTransferTag, data, 1024, 3072, 8192);
        Assert.That(TestInitiator.OutcomeOf(await initiator.ReceiveAsync()).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(await ReadStoreAsync(0, 4096), Is.EqualTo(data));
    }

    [Test]
    public async Task A_Data_Out_out_of_order_costs_its_command_and_no_more()
    {
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=No");
        var data = Pattern(1024, 1);
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 2), write: true, expected: 1024);
        var r2t = (await initiator.ReceiveAsync(IscsiOpcode.ReadyToTransfer)).ReadyToTransfer.TargetTransferTag;
        await initiator.SendDataOutAsync(tag, r2t, 1, 512, data.AsMemory(512, 512), final: false);
        await initiator.SendDataOutAsync(tag, r2t, 0, 0, data.AsMemory(0, 512), final: true);
        var outcome = TestInitiator.OutcomeOf(await initiator.ReceiveAsync());
        Assert.That(outcome.SenseCode, Is.EqualTo(0x0b4b00));
        Assert.That(await ReadStoreAsync(0, 1024), Is.All.Zero);
        Assert.That((await initiator.WriteAsync(Cdb.Write10(0, 2), data)).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task A_long_CDB_reaches_the_core_whole()
    {
        var initiator = await LoginAsync();
        var cdb = new byte[16];
        cdb[0] = 0x7f;
        cdb[7] = 24;
        cdb[9] = 0x09;
        var tag = await initiator.SendCommandAsync(cdb, read: true, expected: 512, ahs: AhsWriter.ExtendedCdb(new byte[16]));
        // The disk has no 32-byte commands: the service action is not supported, and the length was no problem.
        Assert.That((await initiator.FinishAsync(tag, 512)).SenseCode, Is.AnyOf(0x052000, 0x052400));
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task A_bidirectional_command_is_refused_with_both_residuals()
    {
        var initiator = await LoginAsync();
        await initiator.SendCommandAsync(
            Cdb.Write10(0, 1), read: true, write: true, expected: 512, immediateData: Pattern(512, 1),
            ahs: AhsWriter.BidirectionalReadLength(1024));
        var pdu = await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse);
        Assert.That(TestInitiator.OutcomeOf(pdu).SenseCode, Is.EqualTo(0x050e03));
        Assert.That(pdu.Response.BidirectionalReadResidual, Is.EqualTo(new ResidualCount(IscsiResidualKind.Underflow, 1024)));
        Assert.That(await ReadStoreAsync(0, 512), Is.All.Zero);
    }

    [Test]
    public async Task A_write_through_a_read_only_LUN_changes_nothing()
    {
        var logicalUnit = Handler.LogicalUnit;
        Driver.AddTarget("iqn.2026-01.org.example:read-only", new TargetOptions
        {
            DefaultGroup = new AccessControlGroup { Luns = [new LunMapping(0, logicalUnit, IsReadOnly: true)] },
        });
        var initiator = await ConnectAsync();
        await initiator.LoginAsync("iqn.2026-01.org.example:read-only", "InitialR2T=No", "ImmediateData=Yes");
        await initiator.ClearUnitAttentionAsync();
        var outcome = await initiator.WriteAsync(Cdb.Write10(0, 8), Pattern(4096, 1));
        Assert.That(outcome.SenseCode, Is.EqualTo(0x072700));
        Assert.That(await ReadStoreAsync(0, 4096), Is.All.Zero);
        Assert.That(Handler.Executed.Select(cdb => cdb[0]), Has.No.Member((byte)0x2a));
    }

    [TestCase(65536, "MaxRecvDataSegmentLength=65536")]
    [TestCase(65536, "MaxRecvDataSegmentLength=65536", "DataDigest=CRC32C")]
    [TestCase(8192, "MaxRecvDataSegmentLength=65536")]
    public async Task A_command_is_over_with_the_last_byte_of_its_response(int length, params string[] keys)
    {
        var initiator = await LoginAsync(keys);
        initiator.OwnMaxSegment = 65536;
        await initiator.ReadAsync(Cdb.Read10(0, length / BlockLength), length);
        // A function answers only when no command of the initiator's is left; nothing else is sent meanwhile.
        Assert.That(
            await initiator.ManageAsync(TaskManagementFunctionCode.AbortTaskSet), Is.EqualTo(TaskManagementResponseCode.FunctionComplete));
        Assert.That(Target.Sessions.Single().UndeliveredResponses, Is.Zero);
    }

    [Test]
    public async Task A_unit_attention_is_reported_as_an_event_too()
    {
        var initiator = await LoginAsync();
        Handler.LogicalUnit.EstablishUnitAttention(Scst.Protocol.AdditionalSense.CapacityDataHasChanged);
        var pdu = await initiator.ReceiveAsync(IscsiOpcode.AsyncMessage);
        Assert.That(pdu.Async.Event, Is.EqualTo(AsyncEventCode.ScsiEvent));
        Assert.That(SenseDataSegment.TryRead(pdu.Data, out var sense), Is.True);
        Assert.That(sense[2..14].ToArray(), Is.EqualTo(new byte[] { 6, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x2a, 0x09 }));
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).SenseCode, Is.EqualTo(0x062a09));
    }
}
