using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>Data-in that goes from the pages of a file to the network without a copy.</summary>
public class PageLendingTests : PageLendingFixture
{
    [Test]
    public async Task Lent_data_arrives(
        [Values(1, 2, 3, 8, 129, 1000)] int blocks, [Values(1, 517, 3000, 1 << 20)] int piece, [Values("None", "CRC32C")] string headerDigest)
    {
        Lender.PieceLength = Math.Max(piece, blocks);
        var initiator = await LoginAsync("HeaderDigest=" + headerDigest, "MaxRecvDataSegmentLength=10000");
        initiator.OwnMaxSegment = 10000;
        var outcome = await initiator.ReadAsync(Cdb.Read10(11, blocks), blocks * BlockLength);
        Assert.That(outcome.Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(outcome.Data.AsSpan().SequenceEqual(At(11, blocks)), Is.True);
        Assert.That(Lender.Lent, Is.EqualTo(1));
        Assert.That(Lender.Copied, Is.Zero);
    }

    [TestCase(3000)]
    [TestCase(1 << 20)]
    public async Task Less_and_more_than_was_asked_for_have_their_residuals(int piece)
    {
        Lender.PieceLength = piece;
        var initiator = await LoginAsync();
        var more = await initiator.ReadAsync(Cdb.Read10(5, 10), 10 * BlockLength - 100);
        Assert.That(more.Data.AsSpan().SequenceEqual(At(5, 10).AsSpan(0, 10 * BlockLength - 100)), Is.True);
        Assert.That(more.Residual, Is.EqualTo(new ResidualCount(IscsiResidualKind.Overflow, 100)));
        var less = await initiator.ReadAsync(Cdb.Read10(5, 10), 10 * BlockLength + 300);
        Assert.That(less.Data.AsSpan().SequenceEqual(At(5, 10)), Is.True);
        Assert.That(less.Residual, Is.EqualTo(new ResidualCount(IscsiResidualKind.Underflow, 300)));
    }

    [Test]
    public async Task A_session_with_data_digests_gets_copies()
    {
        var initiator = await LoginAsync("DataDigest=CRC32C");
        var outcome = await initiator.ReadAsync(Cdb.Read10(3, 100), 100 * BlockLength);
        Assert.That(outcome.Data.AsSpan().SequenceEqual(At(3, 100)), Is.True);
        Assert.That(Lender.Lent, Is.Zero);
    }

    [Test]
    public async Task A_range_of_a_file_is_copied()
    {
        Lender.LendsFile = true;
        var initiator = await LoginAsync();
        var outcome = await initiator.ReadAsync(Cdb.Read10(3, 100), 100 * BlockLength);
        Assert.That(outcome.Data.AsSpan().SequenceEqual(At(3, 100)), Is.True);
        Assert.That(Lender.Copied, Is.EqualTo(1));
    }

    [Test]
    public async Task A_tag_is_free_with_the_last_byte_of_the_response()
    {
        var initiator = await LoginAsync();
        for (uint i = 0; i < 1000; i++)
        {
            await initiator.SendCommandAsync(Cdb.Read10(i, 1), read: true, expected: BlockLength, tag: 7);
            Assert.That((await initiator.FinishAsync(7, BlockLength)).Data, Is.EqualTo(At(i, 1)));
        }

        Assert.That(Rejections, Is.Empty);
    }

    [Test]
    public async Task Lent_data_may_be_more_than_the_network_holds()
    {
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=65536");
        initiator.OwnMaxSegment = 65536;
        var tags = await SendMuchAsync(initiator);
        foreach (var (tag, outcome) in await FinishAllAsync(initiator, tags.ToDictionary(pair => pair.Key, _ => Much * BlockLength)))
            Assert.That(outcome.Data.AsSpan().SequenceEqual(At(tags[tag], Much)), Is.True);
    }

    [Test]
    public async Task A_connection_that_breaks_gives_the_loans_back([Values] bool reset)
    {
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=65536");
        await SendMuchAsync(initiator);
        Assert.That(Lender.Outstanding, Is.Positive);
        if (reset)
            initiator.Reset();
        else
            await StopDriverAfterwardsAsync(initiator);
        await Log.WaitForEndAsync(reset ? ConnectionEndReason.ConnectionLost : ConnectionEndReason.TargetRemoved);
        await WaitAsync(() => Lender.Outstanding == 0);
    }

    [Test]
    public async Task A_function_finds_a_command_whose_lent_data_is_being_sent_and_waits_for_it()
    {
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=65536");
        initiator.OwnMaxSegment = 65536;
        var number = initiator.CmdSN;
        var tags = await SendMuchAsync(initiator);
        var last = tags.Keys.Max();
        await initiator.SendManagementAsync(TaskManagementFunctionCode.AbortTask, last, number + (uint)tags.Count - 1);
        var others = new List<ReceivedPdu>();
        var outcomes = await FinishAllAsync(initiator, tags.ToDictionary(pair => pair.Key, _ => Much * BlockLength), others, otherCount: 1);
        Assert.That(outcomes.Values.Select(outcome => outcome.Status), Is.All.EqualTo(CommandOutcome.Good));
        Assert.That(others.Single().Management.Response, Is.EqualTo(TaskManagementResponseCode.TaskDoesNotExist));
    }

    [Test]
    public async Task A_reset_by_another_initiator_waits_for_what_is_being_sent()
    {
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=65536");
        var other = await LoginAsync(0x8000_0000_0002);
        await SendMuchAsync(initiator);
        await other.SendManagementAsync(TaskManagementFunctionCode.LogicalUnitReset);
        initiator.Reset();
        ReceivedPdu pdu;
        do
            pdu = await other.ReceiveAsync();
        while (pdu.Opcode == IscsiOpcode.AsyncMessage);
        Assert.That(pdu.Management.Response, Is.EqualTo(TaskManagementResponseCode.FunctionComplete));
        Assert.That(Lender.Outstanding, Is.Zero);
    }

    private const int Much = 512;

    /// <summary>Reads of far more than a connection takes without being read.</summary>
    /// <returns>The tags, and where their data begins.</returns>
    private async Task<Dictionary<uint, uint>> SendMuchAsync(TestInitiator initiator)
    {
        var tags = new Dictionary<uint, uint>();
        for (uint i = 0; i < 64; i++)
        {
            var lba = i * 7;
            tags.Add(await initiator.SendCommandAsync(Cdb.Read10(lba, Much), read: true, expected: Much * BlockLength), lba);
        }

        await WaitAsync(() => Lender.Lent == tags.Count);
        return tags;
    }

    private async Task StopDriverAfterwardsAsync(TestInitiator initiator)
    {
        var removal = Driver.RemoveTargetAsync(Target).AsTask();
        await initiator.ReadToEndAsync();
        await removal.WaitAsync(Safety.Timeout);
    }
}
