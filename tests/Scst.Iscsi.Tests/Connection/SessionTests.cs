using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

[TestFixture(false)]
[TestFixture(true)]
public class SessionTests : IscsiFixture
{
    public SessionTests(bool usesPortableTransport) => UsesPortableTransport = usesPortableTransport;

    [Test]
    public async Task A_session_opened_anew_takes_the_place_of_the_old_one()
    {
        var old = await LoginAsync();
        Handler.Hold();
        await old.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512);
        await Handler.WhenHeldAsync(1);
        var young = await ConnectAsync();
        await young.LoginAsync(Iqn);

        // The login was answered, so nothing of the old session is left.
        Assert.That(Handler.Aborted, Is.EqualTo(1));
        Assert.That(Target.Sessions, Has.Count.EqualTo(1));
        Assert.That(young.Tsih, Is.Not.EqualTo(old.Tsih));
        await old.ExpectEndAsync();
        await Log.WaitForEndAsync(ConnectionEndReason.Reinstated);
        Handler.Release();
        await young.ClearUnitAttentionAsync();
    }

    [Test]
    public async Task A_session_is_another_one_by_ISID_name_or_target()
    {
        Driver.AddTarget("iqn.2026-01.org.example:second", new TargetOptions { DefaultGroup = AccessControlGroup.Of(Handler.LogicalUnit) });
        var first = await LoginAsync(isid: 1);
        var second = await LoginAsync(isid: 2);
        var third = await ConnectAsync();
        third.Isid = 1;
        third.Name = "iqn.2026-01.org.example:somebody-else";
        await third.LoginAsync(Iqn);
        var fourth = await ConnectAsync();
        fourth.Isid = 1;
        await fourth.LoginAsync("iqn.2026-01.org.example:second");
        Assert.That(Driver.GetStatistics().Sessions, Is.EqualTo(4));
        foreach (var initiator in new[] { first, second, third, fourth })
            await initiator.ClearUnitAttentionAsync();
    }

    [Test]
    public async Task Many_logins_to_one_session_end_with_one_session()
    {
        var connections = new TestInitiator[8];
        for (var i = 0; i < connections.Length; i++)
            connections[i] = await ConnectAsync();
        await Task.WhenAll(connections.Select(connection => connection.SendLoginAsync(Iqn)));
        await Log.WaitAsync(_ => Survivors(ended: connections.Length - 1) == 1);
        Assert.That(Target.Sessions, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_logout_ends_commands_and_is_answered()
    {
        var initiator = await LoginAsync();
        Handler.Hold();
        await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512);
        await Handler.WhenHeldAsync(1);
        Assert.That(await initiator.LogoutAsync(), Is.EqualTo(LogoutResponseCode.Closed));
        await initiator.ExpectEndAsync();
        initiator.Dispose();
        await Log.WaitForEndAsync(ConnectionEndReason.Logout);
        Assert.That(Handler.Aborted, Is.EqualTo(1));
        Assert.That(Target.Sessions, Is.Empty);
    }

    [Test]
    public async Task A_logout_after_a_long_read_waits_for_nothing()
    {
        // The data ends the batch and is sent from where it lies: no flush of the send buffer comes after it.
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=262144");
        initiator.OwnMaxSegment = 262144;
        var read = await initiator.ReadAsync(Cdb.Read10(0, 128), expected: 65536);
        Assert.That(read.Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(await initiator.LogoutAsync(), Is.EqualTo(LogoutResponseCode.Closed));
    }

    [Test]
    public async Task Logging_the_connection_out_logs_the_session_out()
    {
        var initiator = await ConnectAsync();
        initiator.ConnectionId = 3;
        await initiator.LoginAsync(Iqn);
        Assert.That(await initiator.LogoutAsync(LogoutReason.CloseConnection, connectionId: 4), Is.EqualTo(LogoutResponseCode.ConnectionNotFound));
        Assert.That(
            await initiator.LogoutAsync(LogoutReason.RemoveConnectionForRecovery, connectionId: 3),
            Is.EqualTo(LogoutResponseCode.RecoveryNotSupported));
        await initiator.ClearUnitAttentionAsync();
        Assert.That(await initiator.LogoutAsync(LogoutReason.CloseConnection, connectionId: 3), Is.EqualTo(LogoutResponseCode.Closed));
        await initiator.ExpectEndAsync();
    }

    [Test]
    public async Task A_connection_that_breaks_ends_its_commands([Values] bool reset)
    {
        var initiator = await LoginAsync();
        Handler.Hold();
        for (var i = 0; i < 3; i++)
            await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512);
        await Handler.WhenHeldAsync(3);
        if (reset)
            initiator.Reset();
        else
            initiator.CloseSending();
        await Log.WaitForEndAsync(ConnectionEndReason.ConnectionLost);
        Assert.That(Handler.Aborted, Is.EqualTo(3));
        Assert.That(Target.Sessions, Is.Empty);
    }

    [Test]
    public async Task A_connection_that_breaks_at_any_point_of_a_write_leaves_nothing_behind(
        [Values(0, 20, 48, 100, 30000, 65536)] int bytes, [Values] bool immediate)
    {
        var initiator = await LoginAsync("InitialR2T=Yes", "ImmediateData=Yes", "FirstBurstLength=65536");
        var data = Pattern(65536, 1);
        byte[] pdu;
        if (immediate)
        {
            pdu = initiator.Command(Cdb.Write10(0, 128), 1, write: true, expected: 65536, immediateData: data);
        }
        else
        {
            await initiator.SendCommandAsync(Cdb.Write10(0, 128), write: true, expected: 65536, tag: 1);
            var transferTag = (await initiator.ReceiveAsync()).ReadyToTransfer.TargetTransferTag;
            var header = new byte[BasicHeader.Length];
            DataOutPdu.Write(header, final: true, 0, 1, transferTag, default, default, 0, data.Length);
            pdu = initiator.Assemble(header, data);
        }

        await initiator.SendRawAsync(pdu.AsMemory(0, bytes));
        initiator.CloseSending();
        await Log.WaitForEndAsync(ConnectionEndReason.ConnectionLost);
        Assert.That(await ReadStoreAsync(0, 65536), Is.All.Zero);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }

    [Test]
    public async Task A_logout_whose_initiator_vanishes_is_over_all_the_same([Values] bool afterLogout)
    {
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=1048576", "MaxBurstLength=1048576");
        Handler.Hold();
        var reads = Enumerable.Range(0, 64)
            .SelectMany(i => initiator.Command(Cdb.Read10(0, 2048), tag: (uint)i, read: true, expected: 1 << 20))
            .ToArray();
        await initiator.SendRawAsync(reads);
        await Handler.WhenHeldAsync(64);
        Handler.Release();
        if (afterLogout)
        {
            var header = new byte[BasicHeader.Length];
            LogoutRequestPdu.Write(
                header, immediate: true, LogoutReason.CloseSession, initiator.NextTag(), 0, new SerialNumber32(initiator.CmdSN), default);
            await initiator.SendAsync(header);
        }

        initiator.Reset();
        await Log.WaitForEndAsync(ConnectionEndReason.ConnectionLost);
        Assert.That(Target.Sessions, Is.Empty);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }

    [Test]
    public async Task Responses_that_nobody_takes_are_given_up_with_the_connection()
    {
        var initiator = await LoginAsync("MaxRecvDataSegmentLength=1048576", "MaxBurstLength=1048576");
        for (var i = 0; i < 32; i++)
            await initiator.SendCommandAsync(Cdb.Read10(0, 2048), read: true, expected: 1 << 20);
        initiator.Reset();
        await Log.WaitForEndAsync(ConnectionEndReason.ConnectionLost);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }

    // Connections that have logged in and not ended, once so many have ended.
    private int Survivors(int ended)
    {
        var gone = Log.Entries.Where(entry => entry.Id == LogRecorder.ConnectionEnded).Select(entry => entry["Connection"]).ToHashSet();
        return gone.Count < ended
            ? 0
            : Log.Entries.Count(entry => entry.Id == LogRecorder.LoggedIn && !gone.Contains(entry["Connection"]));
    }

    [Test]
    public async Task A_write_that_finds_its_target_gone_leaves_nothing_behind()
    {
        var initiator = await LoginAsync("ImmediateData=Yes");
        await Engine.RemoveTargetAsync(Target);
        await initiator.SendCommandAsync(Cdb.Write10(0, 1), write: true, expected: 512, immediateData: Pattern(512, 1));
        await initiator.ReadToEndAsync();
        await Log.WaitForEndAsync(ConnectionEndReason.TargetRemoved);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }
}
