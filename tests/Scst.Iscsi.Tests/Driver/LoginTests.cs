using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Driver;

public class LoginTests : IscsiFixture
{
    private static readonly TimeSpan _loginTimeout = TimeSpan.FromSeconds(11);

    protected override IscsiDriverOptions Configure(IscsiDriverOptions options) => options with
    {
        MaxSessionsPerTarget = 2,
        MaxDiscoverySessions = 2,
        MaxConnectionsInLogin = 3,
        LoginTimeout = _loginTimeout,
    };

    [Test]
    public async Task A_login_opens_a_session_and_the_first_command_tells_of_the_power_on()
    {
        var initiator = await ConnectAsync();
        await initiator.LoginAsync(Iqn);
        var first = await initiator.ExecuteAsync(Cdb.TestUnitReady());
        Assert.That(first.Status, Is.EqualTo(CommandOutcome.CheckCondition));
        Assert.That(first.SenseCode, Is.EqualTo(0x062900));
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(Target.Sessions.Single().InitiatorName, Is.EqualTo(TestInitiator.DefaultName));
    }

    [Test]
    public async Task A_target_that_is_removed_during_a_login_ends_the_connection()
    {
        Task? removal = null;
        Log.OnEntry = entry =>
        {
            if (entry.Id == LogRecorder.SessionOpened)
                removal = Driver.RemoveTargetAsync(Target).AsTask();
        };
        var initiator = await ConnectAsync();
        await initiator.SendLoginAsync(Iqn);
        await Log.WaitForEndAsync(ConnectionEndReason.TargetRemoved);
        await removal!.WaitAsync(Safety.Timeout);
        Assert.That(Target.Sessions, Is.Empty);
    }

    [Test]
    public async Task A_target_that_does_not_exist_is_not_found()
    {
        var response = await (await ConnectAsync()).TryLoginAsync("iqn.2026-01.org.example:other");
        Assert.That(response.Login.Status, Is.EqualTo(LoginStatus.NotFound));
    }

    [Test]
    public async Task An_initiator_without_a_LUN_is_not_authorized()
    {
        Driver.AddTarget("iqn.2026-01.org.example:private", new TargetOptions());
        var response = await (await ConnectAsync()).TryLoginAsync("iqn.2026-01.org.example:private");
        Assert.That(response.Login.Status, Is.EqualTo(LoginStatus.AuthorizationFailure));
    }

    [Test]
    public async Task A_refused_login_ends_the_connection_after_its_response()
    {
        var initiator = await ConnectAsync();
        await initiator.TryLoginAsync("iqn.2026-01.org.example:other");
        await initiator.ExpectEndAsync();
        initiator.Dispose();
        await Log.WaitForEndAsync(ConnectionEndReason.LoginFailed);
        Assert.That(Log.Entries.Single(entry => entry.Id == LogRecorder.LoginRefused)["Status"], Is.EqualTo(LoginStatus.NotFound));
    }

    [Test]
    public async Task A_TSIH_that_nobody_has_names_no_session()
    {
        var initiator = await ConnectAsync();
        initiator.Tsih = 77;
        Assert.That((await initiator.TryLoginAsync(Iqn)).Login.Status, Is.EqualTo(LoginStatus.SessionDoesNotExist));
    }

    [Test]
    public async Task A_second_connection_of_a_session_is_one_too_many()
    {
        var first = await LoginAsync();
        var second = await ConnectAsync();
        second.Tsih = first.Tsih;
        second.ConnectionId = 1;
        Assert.That((await second.TryLoginAsync(Iqn)).Login.Status, Is.EqualTo(LoginStatus.TooManyConnections));
        Assert.That((await first.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task A_session_beyond_the_limit_finds_no_resources()
    {
        await LoginAsync(isid: 1);
        var second = await LoginAsync(isid: 2);
        var third = await ConnectAsync();
        third.Isid = 3;
        Assert.That((await third.TryLoginAsync(Iqn)).Login.Status, Is.EqualTo(LoginStatus.OutOfResources));

        Assert.That(await second.LogoutAsync(), Is.EqualTo(LogoutResponseCode.Closed));
        second.Dispose();
        await Log.WaitForEndAsync(ConnectionEndReason.Logout);
        await LoginAsync(isid: 4);
    }

    [Test]
    public async Task Discovery_sessions_are_limited_apart()
    {
        await LoginAsync(isid: 1);
        await LoginAsync(isid: 2);
        for (var i = 0; i < 2; i++)
            await (await ConnectAsync()).LoginAsync(null);
        Assert.That((await (await ConnectAsync()).TryLoginAsync(null)).Login.Status, Is.EqualTo(LoginStatus.OutOfResources));
        Assert.That(Driver.GetStatistics(), Has.Property("Sessions").EqualTo(2).And.Property("DiscoverySessions").EqualTo(2));
    }

    [Test]
    public async Task A_login_that_takes_too_long_ends()
    {
        var initiator = await ConnectAsync();
        await Time.WhenArmedAsync(_loginTimeout);
        Time.Advance(_loginTimeout);
        await initiator.ExpectEndAsync();
        await Log.WaitForEndAsync(ConnectionEndReason.LoginTimeout);
    }

    [Test]
    public async Task A_session_is_not_ended_by_the_clock_of_its_login()
    {
        var initiator = await LoginAsync();
        Time.Advance(_loginTimeout);
        Assert.That((await initiator.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task The_oldest_of_too_many_logins_makes_room()
    {
        var connections = new List<TestInitiator>();
        for (var i = 0; i < 3; i++)
        {
            connections.Add(await ConnectAsync());
            var port = connections[i].LocalPort;
            await Log.WaitAsync(entry => entry.Id == LogRecorder.ConnectionAccepted && ((System.Net.IPEndPoint)entry["Remote"]!).Port == port);
        }

        var last = await ConnectAsync();
        await connections[0].ExpectEndAsync();
        Assert.That(await Log.WaitForEndAsync(connections[0].LocalPort), Is.EqualTo(ConnectionEndReason.TooManyLogins));
        await last.LoginAsync(Iqn);
        await connections[1].LoginAsync(null);
    }

    [Test]
    public async Task Anything_but_a_login_ends_the_connection_without_a_word()
    {
        var initiator = await ConnectAsync();
        await initiator.SendPingAsync([]);
        await initiator.ExpectEndAsync();
        await Log.WaitForEndAsync(ConnectionEndReason.LoginFailed);
    }

    [Test]
    public async Task A_login_that_claims_more_data_than_allowed_is_refused_before_the_data()
    {
        var initiator = await ConnectAsync();
        var header = new byte[BasicHeader.Length];
        LoginRequestPdu.Write(
            header, true, false, LoginStage.LoginOperationalNegotiation, LoginStage.FullFeaturePhase, 1, 0, 1, 0, default, default,
            BasicHeader.MaxDataSegmentLength);
        await initiator.SendRawAsync(header);
        Assert.That((await initiator.ReceiveLoginAsync()).Login.Status, Is.EqualTo(LoginStatus.InitiatorError));
        await initiator.ExpectEndAsync();
    }

    [Test]
    public async Task A_login_in_pieces_of_one_byte_succeeds()
    {
        var initiator = await ConnectAsync();
        var text = Text.Encode($"InitiatorName={initiator.Name}", $"TargetName={Iqn}");
        var header = new byte[BasicHeader.Length];
        LoginRequestPdu.Write(
            header, true, false, LoginStage.LoginOperationalNegotiation, LoginStage.FullFeaturePhase, 1, 0, 1, 0,
            new SerialNumber32(initiator.CmdSN), default, text.Length);
        foreach (var value in initiator.Assemble(header, text))
            await initiator.SendRawAsync(new[] { value });
        Assert.That((await initiator.ReceiveLoginAsync()).Login.Status, Is.EqualTo(LoginStatus.Success));
        await initiator.ClearUnitAttentionAsync();
    }

    [Test]
    public async Task Access_goes_by_the_name_of_the_initiator()
    {
        var logicalUnit = Handler.LogicalUnit;
        Driver.AddTarget("iqn.2026-01.org.example:chosen", new TargetOptions
        {
            Groups = [AccessControlGroup.Of(logicalUnit) with { Initiators = ["iqn.2026-01.org.example:friend*"] }],
        });
        var friend = await ConnectAsync();
        friend.Name = "iqn.2026-01.org.example:FRIEND-1";
        await friend.LoginAsync("iqn.2026-01.org.example:chosen");
        var stranger = await ConnectAsync();
        var response = await stranger.TryLoginAsync("iqn.2026-01.org.example:chosen");
        Assert.That(response.Login.Status, Is.EqualTo(LoginStatus.AuthorizationFailure));
    }
}
