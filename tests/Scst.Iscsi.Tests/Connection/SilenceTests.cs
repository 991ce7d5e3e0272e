using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>Pings both ways, and what becomes of initiators that say nothing.</summary>
[TestFixture(false)]
[TestFixture(true)]
public class SilenceTests : IscsiFixture
{
    public SilenceTests(bool usesPortableTransport) => UsesPortableTransport = usesPortableTransport;

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _dataOut = TimeSpan.FromSeconds(8);

    protected override IscsiDriverOptions Configure(IscsiDriverOptions options) => options with
    {
        NopInInterval = _interval,
        IdleNopInInterval = _idle,
        NopInTimeout = _patience,
        DataOutTimeout = _dataOut,
    };

    [Test]
    public async Task A_ping_comes_back_with_its_data([Values(0, 1, 511, 8192, 100000)] int length, [Values] bool immediate)
    {
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=262144");
        initiator.OwnMaxSegment = 262144;
        var data = Pattern(length, 1);
        var pong = await initiator.PingAsync(data, immediate);
        Assert.That(pong.Data, Is.EqualTo(data));
        Assert.That(pong.NopIn.TargetTransferTag, Is.EqualTo(BasicHeader.ReservedTag));
    }

    [Test]
    public async Task A_ping_comes_back_as_far_as_the_initiator_can_take_it()
    {
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=1024");
        var data = Pattern(5000, 1);
        Assert.That((await initiator.PingAsync(data)).Data, Is.EqualTo(data[..1024]));
    }

    [Test]
    public async Task An_initiator_that_is_silent_while_a_command_is_outstanding_is_asked_and_then_given_up()
    {
        var initiator = await LoginWithOutstandingCommandAsync();
        // What came since the login counts as a sign of life.
        Time.Advance(_patience);
        Time.Advance(_interval);
        await ExpectPingAsync(initiator);
        await WhenSentAsync();
        Time.Advance(_patience);
        await initiator.ExpectEndAsync();
        await Log.WaitForEndAsync(ConnectionEndReason.NopTimeout);
    }

    [Test]
    public async Task An_initiator_that_answers_is_kept()
    {
        var initiator = await LoginWithOutstandingCommandAsync();
        for (var i = 0; i < 3; i++)
        {
            Time.Advance(_patience);
            Time.Advance(_interval);
            await initiator.SendPongAsync(await ExpectPingAsync(initiator));
            // Its answer shows that the one before has been received.
            await initiator.PingAsync([]);
        }

        Handler.Release();
        Assert.That((await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse)).Response.Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task An_initiator_that_has_nothing_outstanding_is_asked_after_much_longer_and_then_given_up()
    {
        var initiator = await LoginAsync();
        await WhenSentAsync();
        Time.Advance(_patience);
        Time.Advance(_idle - _patience);
        // The next that it gets is the answer to this, so nobody has asked it yet.
        var pong = await initiator.PingAsync(Pattern(8, 1));
        Assert.That(pong.Data, Is.EqualTo(Pattern(8, 1)));
        await WhenSentAsync();
        Time.Advance(_patience);
        Time.Advance(_idle);
        await ExpectPingAsync(initiator);
        await WhenSentAsync();
        Time.Advance(_patience);
        await initiator.ExpectEndAsync();
        await Log.WaitForEndAsync(ConnectionEndReason.NopTimeout);
    }

    [Test]
    public async Task A_command_that_begins_after_a_long_silence_does_not_bring_the_question_at_once()
    {
        var initiator = await LoginAsync();
        await WhenSentAsync();
        Time.Advance(_patience);
        Time.Advance(_idle - _patience);
        Handler.Hold();
        await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: BlockLength);
        await Handler.WhenHeldAsync(1);
        Time.Advance(_interval);
        var pong = await initiator.PingAsync(Pattern(8, 1));
        Assert.That(pong.Data, Is.EqualTo(Pattern(8, 1)));
    }

    [Test]
    public async Task Any_number_of_idle_sessions_has_one_timer_and_none_is_left_when_they_are_gone()
    {
        for (ulong isid = 1; isid <= 5; isid++)
            await LoginAsync(isid);
        Assert.That(Time.ArmedTimers, Is.EqualTo(1));
        var over = Driver.Node.Connections.Snapshot().Select(connection => connection.WhenOverAsync()).ToArray();
        await StopDriverAsync();
        await Task.WhenAll(over).WaitAsync(Safety.Timeout);
        Assert.That(Time.ArmedTimers, Is.Zero);
    }

    [Test]
    public async Task Data_that_is_owed_for_an_R2T_and_does_not_come_ends_the_connection()
    {
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=No");
        await initiator.SendCommandAsync(Cdb.Write10(0, 8), write: true, expected: 4096);
        await initiator.ReceiveAsync(IscsiOpcode.ReadyToTransfer);
        Assert.That(Engine.BufferPool.RentedBytes, Is.GreaterThan(0));
        await EndByDataOutTimeoutAsync(initiator);
    }

    [Test]
    public async Task Announced_data_that_does_not_come_ends_the_connection()
    {
        var initiator = await LoginAsync("InitialR2T=No", "ImmediateData=No");
        await initiator.SendCommandAsync(Cdb.Write10(0, 8), write: true, expected: 4096, final: false);
        await initiator.PingAsync([]);
        await EndByDataOutTimeoutAsync(initiator);
    }

    [Test]
    public async Task The_rest_of_a_PDU_that_does_not_come_ends_the_connection()
    {
        var initiator = await LoginAsync("ImmediateData=Yes", "FirstBurstLength=65536");
        var bytes = initiator.Command(Cdb.Write10(0, 128), 1, write: true, expected: 65536, immediateData: Pattern(65536, 1));
        await initiator.SendRawAsync(bytes.AsMemory(0, 1000));
        await EndByDataOutTimeoutAsync(initiator);
    }

    [Test]
    public async Task Data_that_comes_slowly_is_waited_for()
    {
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=No");
        var data = Pattern(4096, 1);
        var tag = await initiator.SendCommandAsync(Cdb.Write10(0, 8), write: true, expected: 4096);
        var transferTag = (await initiator.ReceiveAsync()).ReadyToTransfer.TargetTransferTag;
        for (var i = 0; i < 8; i++)
        {
            Time.Advance(_dataOut * 0.9);
            await initiator.SendDataOutAsync(tag, transferTag, (uint)i, i * 512, data.AsMemory(i * 512, 512), final: i == 7);
            if (i < 7)
                await initiator.PingAsync([]);
        }

        Assert.That(TestInitiator.OutcomeOf(await initiator.ReceiveAsync()).Status, Is.EqualTo(CommandOutcome.Good));
    }

    private async Task<TestInitiator> LoginWithOutstandingCommandAsync()
    {
        var initiator = await LoginAsync();
        Handler.Hold();
        await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 0);
        await Handler.WhenHeldAsync(1);
        return initiator;
    }

    // What is just being sent is something that the initiator takes.
    private Task WhenSentAsync() => WaitAsync(() => Driver.Node.Connections.Snapshot().All(static connection =>
    {
        connection.Session!.Ledger.IsBusy(out var isSending);
        return !isSending;
    }));

    private static async Task<uint> ExpectPingAsync(TestInitiator initiator)
    {
        var ping = await initiator.ReceiveAsync(IscsiOpcode.NopIn);
        Assert.That(ping.Tag, Is.EqualTo(BasicHeader.ReservedTag));
        Assert.That(ping.NopIn.TargetTransferTag, Is.Not.EqualTo(BasicHeader.ReservedTag));
        return ping.NopIn.TargetTransferTag;
    }

    private async Task EndByDataOutTimeoutAsync(TestInitiator initiator)
    {
        await Time.WhenArmedAsync(_dataOut / 2);
        Time.Advance(_dataOut / 2);
        Time.Advance(_dataOut / 2);
        Time.Advance(_dataOut / 2);
        await initiator.ExpectEndAsync();
        await Log.WaitForEndAsync(ConnectionEndReason.DataOutTimeout);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }
}
