using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Driver;

public class StopTests : IscsiFixture
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(7);

    protected override IscsiDriverOptions Configure(IscsiDriverOptions options) => options with { ShutdownTimeout = _timeout };

    [Test]
    public async Task A_stop_lets_running_commands_end_and_tells_the_initiator()
    {
        var initiator = await LoginAsync();
        await FillStoreAsync(Pattern(4096, 1));
        Handler.Hold();
        var tag = await initiator.SendCommandAsync(Cdb.Read10(0, 8), read: true, expected: 4096);
        await Handler.WhenHeldAsync(1);
        var stop = StopDriverAsync();
        await Time.WhenArmedAsync(_timeout);
        Assert.That(stop.IsCompleted, Is.False);
        Handler.Release();

        Assert.That((await initiator.FinishAsync(tag, 4096)).Data, Is.EqualTo(Pattern(4096, 1)));
        var message = (await initiator.ReceiveAsync(IscsiOpcode.AsyncMessage)).Async;
        Assert.That(message.Event, Is.EqualTo(AsyncEventCode.SessionDropped));
        await initiator.ExpectEndAsync();
        await stop;
        await Log.WaitForEndAsync(ConnectionEndReason.Shutdown);
    }

    [Test]
    public async Task A_stop_does_not_wait_for_ever()
    {
        LeavesCommands = true;
        var initiator = await LoginAsync();
        Handler.Hold();
        await initiator.SendCommandAsync(Cdb.Read10(0, 8), read: true, expected: 4096);
        await Handler.WhenHeldAsync(1);
        var stop = StopDriverAsync();
        await Time.WhenArmedAsync(_timeout);
        Time.Advance(_timeout);
        await initiator.ExpectEndAsync();
        await stop;
        Assert.That(Log.Entries.Select(entry => entry.Id), Has.Member(LogRecorder.DrainTimedOut));
        Assert.That(Handler.Aborted, Is.EqualTo(1));
    }

    [Test]
    public async Task While_it_stops_new_commands_are_ignored()
    {
        var initiator = await LoginAsync();
        Handler.Hold();
        var tag = await initiator.SendCommandAsync(Cdb.TestUnitReady());
        var read = await initiator.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512);
        await Handler.WhenHeldAsync(1);
        await initiator.FinishAsync(tag, 0);
        var stop = StopDriverAsync();
        await Time.WhenArmedAsync(_timeout);
        await initiator.SendCommandAsync(Cdb.TestUnitReady());
        Handler.Release();
        await initiator.FinishAsync(read, 512);
        Assert.That((await initiator.ReceiveAsync()).Opcode, Is.EqualTo(IscsiOpcode.AsyncMessage));
        await initiator.ExpectEndAsync();
        await stop;
    }

    [Test]
    public async Task Nobody_is_accepted_any_more_but_sessions_go_on()
    {
        var initiator = await LoginAsync();
        var portal = Portal;
        await Driver.StopAcceptingAsync();
        Assert.That(async () => await TestInitiator.ConnectAsync(portal), Throws.InstanceOf<SocketException>());
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task A_stop_ends_logins_that_are_under_way()
    {
        var initiator = await ConnectAsync();
        var port = initiator.LocalPort;
        await Log.WaitAsync(entry => entry.Id == LogRecorder.ConnectionAccepted && ((IPEndPoint)entry["Remote"]!).Port == port);
        await StopDriverAsync();
        await initiator.ExpectEndAsync();
        await Log.WaitForEndAsync(ConnectionEndReason.Shutdown);
    }

    [Test]
    public async Task A_port_in_use_is_named_and_no_portal_stays_open()
    {
        var free = FreePort();
        await using var second = new IscsiTargetDriver(Engine, new IscsiDriverOptions { Portals = [free, Portal] });
        Assert.That(
            async () => await second.StartAsync(),
            Throws.InstanceOf<IOException>().With.Message.Contains(Portal.ToString()));
        Assert.That(second.Endpoints, Is.Empty);
        Assert.That(async () => await TestInitiator.ConnectAsync(free), Throws.InstanceOf<SocketException>());
    }

    [Test]
    public void A_driver_starts_once() =>
        Assert.That(async () => await Driver.StartAsync(), Throws.InvalidOperationException);

    [Test]
    public async Task A_driver_that_was_never_started_can_be_disposed()
    {
        var driver = new IscsiTargetDriver(Engine);
        await driver.DisposeAsync();
        await driver.DisposeAsync();
        Assert.That(driver.Endpoints, Is.Empty);
    }

    [TestCase("disk")]
    [TestCase("iqn.2026-1.org.example:x")]
    [TestCase("eui.123")]
    [TestCase("iqn.2026-01.org.example:with space")]
    public void A_target_needs_an_iSCSI_name(string name) =>
        Assert.That(() => Driver.AddTarget(name, new TargetOptions()), Throws.ArgumentException);

    [Test]
    public void A_name_can_be_used_once_whatever_its_case() =>
        Assert.That(() => Driver.AddTarget(Iqn.ToUpperInvariant(), new TargetOptions()), Throws.ArgumentException);

    [Test]
    public async Task Statistics_count_what_open_and_ended_connections_did()
    {
        var initiator = await LoginAsync();
        await initiator.ReadAsync(Cdb.Read10(0, 8), 4096);
        var during = Driver.GetStatistics();
        await initiator.LogoutAsync();
        initiator.Dispose();
        await Log.WaitForEndAsync(ConnectionEndReason.Logout);
        var after = Driver.GetStatistics();

        Assert.That(during, Has.Property("Connections").EqualTo(1).And.Property("Sessions").EqualTo(1));
        Assert.That(during.Commands, Is.EqualTo(3));
        Assert.That(after, Has.Property("Connections").Zero.And.Property("Sessions").Zero.And.Property("TotalConnections").EqualTo(1));
        Assert.That(after.Commands, Is.EqualTo(3));
        Assert.That(after.BytesIn, Is.GreaterThan(during.BytesIn - 1));
        Assert.That(after.BytesOut, Is.GreaterThan(4096));
    }

    private static IPEndPoint FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
