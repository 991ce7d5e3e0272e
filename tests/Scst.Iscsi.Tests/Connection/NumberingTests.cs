using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>CmdSN, ExpCmdSN and MaxCmdSN (RFC 7143 4.2.2.1). The numbers of every session here pass from 2^32-1 to 0.</summary>
public class NumberingTests : IscsiFixture
{
    private const int Depth = 4;

    protected override IscsiDriverOptions Configure(IscsiDriverOptions options) => options with { QueueDepth = Depth };

    [Test]
    public async Task The_window_is_as_deep_as_was_set()
    {
        var initiator = await LoginAsync();
        Assert.That(initiator.ExpCmdSN, Is.EqualTo(initiator.CmdSN));
        Assert.That(unchecked(initiator.MaxCmdSN - initiator.ExpCmdSN + 1), Is.EqualTo(Depth));
    }

    [Test]
    public async Task Numbers_outside_the_window_are_ignored_silently([Values(-1, -1000, Depth, 100, 1 << 30)] int distance)
    {
        var initiator = await LoginAsync();
        await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: unchecked(initiator.CmdSN + (uint)distance));
        var next = await initiator.SendCommandAsync(Cdb.TestUnitReady());
        Assert.That((await initiator.ReceiveAsync()).Tag, Is.EqualTo(next));
    }

    [Test]
    public async Task Data_that_follows_an_ignored_command_is_ignored_too()
    {
        var initiator = await LoginAsync("InitialR2T=No", "ImmediateData=No");
        var tag = await initiator.SendCommandAsync(
            Cdb.Write10(0, 1), write: true, expected: 512, final: false, cmdSN: unchecked(initiator.CmdSN - 1));
        await initiator.SendDataOutAsync(tag, BasicHeader.ReservedTag, 0, 0, Pattern(512, 1), final: true);
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(await ReadStoreAsync(0, 512), Is.All.Zero);
    }

    [Test]
    public async Task After_a_gap_commands_wait_for_the_missing_one()
    {
        var initiator = await LoginAsync();
        var first = initiator.CmdSN;
        var third = await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: unchecked(first + 2));
        var second = await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: unchecked(first + 1));
        var ping = await initiator.PingAsync([]);
        Assert.That(ping.ExpCmdSN, Is.EqualTo(first));
        var missing = await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: first);
        var order = new List<uint>();
        for (var i = 0; i < 3; i++)
            order.Add((await initiator.ReceiveAsync()).Tag);
        Assert.That(order, Is.EqualTo(new[] { missing, second, third }));
        Assert.That(initiator.ExpCmdSN, Is.EqualTo(unchecked(first + 3)));
    }

    [Test]
    public async Task A_write_that_waits_for_the_missing_one_keeps_its_data([Values] bool stream)
    {
        var initiator = await LoginAsync("InitialR2T=No", "ImmediateData=Yes", "FirstBurstLength=262144");
        var length = stream ? 200 * 512 : 8 * 512;
        var data = Pattern(length, 3);
        var first = initiator.CmdSN;
        var immediate = length / 2;
        var write = await initiator.SendCommandAsync(
            Cdb.Write10(0, length / 512), write: true, expected: length, final: false, immediateData: data[..immediate], cmdSN: unchecked(first + 1));
        await initiator.SendDataAsync(write, BasicHeader.ReservedTag, data, immediate, length - immediate, 65536);
        await initiator.PingAsync([]);
        Assert.That(await ReadStoreAsync(0, length), Is.All.Zero);
        var missing = await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: first);
        Assert.That((await initiator.ReceiveAsync()).Tag, Is.EqualTo(missing));
        Assert.That((await initiator.FinishAsync(write, 0)).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(await ReadStoreAsync(0, length), Is.EqualTo(data));
    }

    [Test]
    public async Task A_number_that_waits_already_is_a_duplicate()
    {
        var initiator = await LoginAsync();
        var first = initiator.CmdSN;
        var second = await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: unchecked(first + 1));
        await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: unchecked(first + 1));
        var missing = await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: first);
        Assert.That((await initiator.ReceiveAsync()).Tag, Is.EqualTo(missing));
        Assert.That((await initiator.ReceiveAsync()).Tag, Is.EqualTo(second));
        Assert.That((await initiator.PingAsync([])).ExpCmdSN, Is.EqualTo(unchecked(first + 2)));
    }

    [Test]
    public async Task Pings_wait_for_a_missing_number_too()
    {
        var initiator = await LoginAsync();
        var first = initiator.CmdSN;
        await initiator.SendPingAsync([7], immediate: false, cmdSN: unchecked(first + 1));
        var missing = await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: first);
        Assert.That((await initiator.ReceiveAsync()).Tag, Is.EqualTo(missing));
        Assert.That((await initiator.ReceiveAsync(IscsiOpcode.NopIn)).Data, Is.EqualTo(new byte[] { 7 }));
    }

    [Test]
    public async Task Immediate_commands_take_no_number()
    {
        var initiator = await LoginAsync();
        var before = initiator.ExpCmdSN;
        var tag = await initiator.SendCommandAsync(Cdb.TestUnitReady(), immediate: true);
        Assert.That((await initiator.FinishAsync(tag, 0)).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(initiator.ExpCmdSN, Is.EqualTo(before));
    }

    [Test]
    public async Task The_window_closes_while_as_many_are_outstanding()
    {
        var initiator = await LoginAsync();
        Handler.Hold();
        var tags = new List<uint>();
        for (var i = 0; i < Depth; i++)
            tags.Add(await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512));
        await Handler.WhenHeldAsync(Depth);
        var ping = await initiator.PingAsync([]);
        Assert.That(unchecked(ping.MaxCmdSN + 1), Is.EqualTo(ping.ExpCmdSN), "closed");
        await initiator.SendCommandAsync(Cdb.TestUnitReady(), cmdSN: initiator.CmdSN);
        Handler.Release();
        foreach (var _ in tags)
            Assert.That((await initiator.ReceiveAsync(IscsiOpcode.DataIn)).DataIn.HasStatus, Is.True);
        Assert.That(unchecked(initiator.MaxCmdSN - initiator.ExpCmdSN + 1), Is.EqualTo(Depth));
    }

    [Test]
    public async Task Unnumbered_requests_are_limited_too()
    {
        const int limit = 64;
        var initiator = await LoginAsync();
        Handler.Hold();
        for (var i = 0; i < limit; i++)
            await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512, immediate: true);
        await Handler.WhenHeldAsync(limit);
        await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512, immediate: true);
        var reject = await initiator.ReceiveAsync(IscsiOpcode.Reject);
        Assert.That(reject.Reject.Reason, Is.EqualTo(RejectReason.TooManyImmediateCommands));
    }

    [Test]
    public async Task A_tag_in_use_is_rejected_and_its_number_not_received()
    {
        var initiator = await LoginAsync();
        Handler.Hold();
        var tag = await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512);
        await Handler.WhenHeldAsync(1);
        var number = initiator.CmdSN;
        await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512, tag: tag, cmdSN: number);
        var reject = await initiator.ReceiveAsync(IscsiOpcode.Reject);
        Assert.That(reject.Reject.Reason, Is.EqualTo(RejectReason.TaskInProgress));
        Assert.That(reject.ExpCmdSN, Is.EqualTo(number));
        Handler.Release();
        await initiator.FinishAsync(tag, 512);
        var again = await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512, tag: tag, cmdSN: number);
        Assert.That((await initiator.FinishAsync(again, 512)).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task A_tag_can_be_used_again_at_once([Values(1, 300)] int rounds)
    {
        var initiator = await LoginAsync();
        for (var i = 0; i < rounds; i++)
        {
            await initiator.SendCommandAsync(Cdb.TestUnitReady(), tag: 5);
            Assert.That((await initiator.FinishAsync(5, 0)).Status, Is.EqualTo(CommandOutcome.Good));
        }
    }

    [Test]
    public async Task Too_much_before_its_turn_ends_the_connection()
    {
        var initiator = await LoginAsync("InitialR2T=No", "ImmediateData=Yes", "FirstBurstLength=262144");
        var first = initiator.CmdSN;
        var data = Pattern(262144, 1);
        var tag = await initiator.SendCommandAsync(
            Cdb.Write10(0, 512), write: true, expected: 262144, final: false, immediateData: data[..100000], cmdSN: unchecked(first + 1));
        try
        {
            for (uint i = 0; i < 20; i++)
                await initiator.SendDataOutAsync(tag, BasicHeader.ReservedTag, i, 100000, data.AsMemory(100000, 100000), final: false);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The target may hang up while this still sends.
        }

        await Log.WaitForEndAsync(Diagnostics.ConnectionEndReason.ProtocolError);
    }
}
