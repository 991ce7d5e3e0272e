using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>PDUs that are answered with a Reject (RFC 7143 11.17) and cost nothing else.</summary>
public class RejectTests : IscsiFixture
{
    [Test]
    public async Task SNACK_is_rejected_at_ErrorRecoveryLevel_0()
    {
        var header = new byte[BasicHeader.Length];
        SnackRequestPdu.Write(header, SnackType.Status, 0, BasicHeader.ReservedTag, BasicHeader.ReservedTag, default, default, 0);
        await ExpectRejectAsync(await LoginAsync(), header, RejectReason.SnackReject);
    }

    [Test]
    public async Task A_login_in_full_feature_phase_is_a_protocol_error()
    {
        var header = new byte[BasicHeader.Length];
        LoginRequestPdu.Write(
            header, true, false, LoginStage.LoginOperationalNegotiation, LoginStage.FullFeaturePhase, 1, 0, 1, 0, default, default, 0);
        await ExpectRejectAsync(await LoginAsync(), header, RejectReason.ProtocolError);
    }

    [Test]
    public async Task An_opcode_that_nobody_knows_is_not_supported()
    {
        var header = new byte[BasicHeader.Length];
        header[0] = 0x1d;
        await ExpectRejectAsync(await LoginAsync(), header, RejectReason.CommandNotSupported);
    }

    [Test]
    public async Task A_rejected_PDU_is_read_to_its_end([Values(100, 70000)] int length)
    {
        var initiator = await LoginAsync();
        var header = new byte[BasicHeader.Length];
        new HeaderWriter(header, (IscsiOpcode)0x1d, 0x80, length, 1).SetImmediate(true);
        await initiator.SendAsync(header, Pattern(length, 1));
        Assert.That((await initiator.ReceiveAsync()).Reject.Reason, Is.EqualTo(RejectReason.CommandNotSupported));
        await initiator.PingAsync([]);
    }

    [Test]
    public async Task A_command_that_makes_no_sense_is_rejected_and_not_received()
    {
        var initiator = await LoginAsync();
        var number = initiator.CmdSN;
        // Neither W nor F (RFC 7143 11.3.1).
        await initiator.SendCommandAsync(Cdb.TestUnitReady(), final: false, cmdSN: number);
        var reject = await initiator.ReceiveAsync(IscsiOpcode.Reject);
        Assert.That(reject.Reject.Reason, Is.EqualTo(RejectReason.ProtocolError));
        Assert.That(reject.ExpCmdSN, Is.EqualTo(number));
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task Damaged_additional_header_segments_are_an_invalid_field()
    {
        var initiator = await LoginAsync();
        await initiator.SendCommandAsync(Cdb.TestUnitReady(), ahs: [0, 200, 1, 0], cmdSN: initiator.CmdSN);
        Assert.That((await initiator.ReceiveAsync()).Reject.Reason, Is.EqualTo(RejectReason.InvalidPduField));
    }

    [Test]
    public async Task A_text_request_for_a_sequence_that_is_not_there_is_an_invalid_field()
    {
        var initiator = await LoginAsync();
        var header = new byte[BasicHeader.Length];
        TextRequestPdu.Write(header, false, true, false, 9, 0x1234, new SerialNumber32(initiator.CmdSN++), default, 0);
        await initiator.SendAsync(header);
        Assert.That((await initiator.ReceiveAsync()).Reject.Reason, Is.EqualTo(RejectReason.InvalidPduField));
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task A_ping_with_a_damaged_digest_is_rejected([Values(4, 40000)] int length)
    {
        var initiator = await LoginAsync("DataDigest=CRC32C");
        var header = new byte[BasicHeader.Length];
        NopOutPdu.Write(header, true, 0, 1, BasicHeader.ReservedTag, new SerialNumber32(initiator.CmdSN), default, length);
        var bytes = initiator.Assemble(header, Pattern(length, 1));
        bytes[^1] ^= 1;
        await initiator.SendRawAsync(bytes);
        var reject = await initiator.ReceiveAsync(IscsiOpcode.Reject);
        Assert.That(reject.Reject.Reason, Is.EqualTo(RejectReason.DataDigestError));
        Assert.That(reject.Data, Is.EqualTo(header));
        await initiator.PingAsync([1]);
    }

    [Test]
    public async Task A_command_with_damaged_immediate_data_is_not_received([Values(512, 40960)] int length)
    {
        var initiator = await LoginAsync("DataDigest=CRC32C", "FirstBurstLength=65536");
        var number = initiator.CmdSN;
        var bytes = initiator.Command(Cdb.Write10(0, length / 512), 1, write: true, expected: length, immediateData: Pattern(length, 1), cmdSN: number);
        bytes[100] ^= 1;
        await initiator.SendRawAsync(bytes);
        var reject = await initiator.ReceiveAsync(IscsiOpcode.Reject);
        Assert.That(reject.Reject.Reason, Is.EqualTo(RejectReason.DataDigestError));
        Assert.That(reject.ExpCmdSN, Is.EqualTo(number));
        Assert.That(await ReadStoreAsync(0, length), Is.All.Zero);
    }

    [Test]
    public async Task Data_that_follows_a_rejected_command_is_dropped([Values(512, 40960)] int length)
    {
        var initiator = await LoginAsync("DataDigest=CRC32C", "InitialR2T=No", "FirstBurstLength=131072");
        var data = Pattern(2 * length, 1);
        var number = initiator.CmdSN;
        var bytes = initiator.Command(
            Cdb.Write10(0, 2 * length / 512), 1, write: true, expected: 2 * length, final: false, immediateData: data[..length], cmdSN: number);
        bytes[100] ^= 1;
        await initiator.SendRawAsync(bytes);
        await initiator.SendDataOutAsync(1, BasicHeader.ReservedTag, 0, length, data.AsMemory(length), final: true);
        Assert.That((await initiator.ReceiveAsync()).Reject.Reason, Is.EqualTo(RejectReason.DataDigestError));
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(await ReadStoreAsync(0, 2 * length), Is.All.Zero);
    }

    [Test]
    public async Task A_command_for_whose_data_there_is_no_memory_is_rejected()
    {
        var initiator = await LoginAsync("DataDigest=CRC32C", "FirstBurstLength=65536");
        var all = new List<DataBuffer>();
        foreach (var size in new[] { DataBufferPool.LargestBuffer, 1 })
        {
            while (Engine.BufferPool.TryRent(size) is { } buffer)
                all.Add(buffer);
        }

        await initiator.SendCommandAsync(
            Cdb.Write10(0, 128), write: true, expected: 65536, immediateData: Pattern(65536, 1), cmdSN: initiator.CmdSN);
        Assert.That((await initiator.ReceiveAsync()).Reject.Reason, Is.EqualTo(RejectReason.LongOperationReject));
        all.ForEach(Engine.BufferPool.Return);
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task Damaged_data_of_a_command_that_waits_for_its_turn_costs_the_command([Values(512, 40960)] int length)
    {
        var initiator = await LoginAsync("DataDigest=CRC32C", "InitialR2T=No", "ImmediateData=No", "FirstBurstLength=131072");
        var missing = initiator.CmdSN;
        var tag = await initiator.SendCommandAsync(
            Cdb.Write10(0, length / 512), write: true, expected: length, final: false, cmdSN: unchecked(missing + 1));
        var header = new byte[BasicHeader.Length];
        DataOutPdu.Write(header, final: true, 0, tag, BasicHeader.ReservedTag, default, default, 0, length);
        var bytes = initiator.Assemble(header, Pattern(length, 1));
        bytes[60] ^= 1;
        await initiator.SendRawAsync(bytes);
        await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: missing);
        await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse);
        Assert.That((await initiator.ReceiveAsync()).Reject.Reason, Is.EqualTo(RejectReason.DataDigestError));
        Assert.That(TestInitiator.OutcomeOf(await initiator.ReceiveAsync()).SenseCode, Is.EqualTo(0x0b4705));
        Assert.That(await ReadStoreAsync(0, length), Is.All.Zero);
    }

    [Test]
    public async Task A_Data_Out_with_a_damaged_digest_costs_its_command([Values(512, 65536)] int length)
    {
        var initiator = await LoginAsync("DataDigest=CRC32C", "InitialR2T=Yes", "ImmediateData=No");
        var data = Pattern(2 * length, 1);
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 2 * length / 512), write: true, expected: 2 * length);
        var transferTag = (await initiator.ReceiveAsync()).ReadyToTransfer.TargetTransferTag;
        var header = new byte[BasicHeader.Length];
        DataOutPdu.Write(header, final: false, 0, tag, transferTag, default, default, 0, length);
        var bytes = initiator.Assemble(header, data.AsSpan(0, length));
        bytes[60] ^= 1;
        await initiator.SendRawAsync(bytes);
        Assert.That((await initiator.ReceiveAsync()).Reject.Reason, Is.EqualTo(RejectReason.DataDigestError));
        // RFC 7143 7.8 b: the response waits for all of the data.
        await initiator.PingAsync([]);
        await initiator.SendDataOutAsync(tag, transferTag, 1, length, data.AsMemory(length), final: true);
        Assert.That(TestInitiator.OutcomeOf(await initiator.ReceiveAsync()).SenseCode, Is.EqualTo(0x0b4705));
        Assert.That(await ReadStoreAsync(0, 2 * length), Is.All.Zero);
    }

    private async Task ExpectRejectAsync(TestInitiator initiator, byte[] header, RejectReason reason)
    {
        await initiator.SendAsync(header);
        var reject = await initiator.ReceiveAsync(IscsiOpcode.Reject);
        Assert.That(reject.Reject.Reason, Is.EqualTo(reason));
        Assert.That(reject.Tag, Is.EqualTo(BasicHeader.ReservedTag));
        Assert.That(reject.Data, Is.EqualTo(header));
        Assert.That(Rejections.Count(), Is.EqualTo(1));
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
    }
}
