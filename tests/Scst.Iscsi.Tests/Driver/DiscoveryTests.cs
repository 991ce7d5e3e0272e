using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Driver;

public class DiscoveryTests : IscsiFixture
{
    protected override IscsiDriverOptions Configure(IscsiDriverOptions options) => options with
    {
        Portals =
        [
            new IPEndPoint(IPAddress.Loopback, 0),
            new IPEndPoint(IPAddress.Any, 0),
            .. Socket.OSSupportsIPv6 ? new[] { new IPEndPoint(IPAddress.IPv6Loopback, 0) } : [],
        ],
    };

    [Test]
    public async Task Every_portal_is_told_and_a_wildcard_as_the_address_that_was_reached()
    {
        var initiator = await ConnectAsync();
        await initiator.LoginAsync(null);
        var pairs = await initiator.SendTargetsAsync("All");
        string[] expected =
        [
            $"TargetName={Iqn}",
            .. Driver.Endpoints.Select(portal => portal.AddressFamily == AddressFamily.InterNetworkV6
                ? $"TargetAddress=[::1]:{portal.Port},1"
                : $"TargetAddress=127.0.0.1:{portal.Port},1"),
        ];
        Assert.That(pairs, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_target_without_a_LUN_for_the_asker_is_hidden()
    {
        Driver.AddTarget("iqn.2026-01.org.example:private", new TargetOptions());
        var initiator = await ConnectAsync();
        await initiator.LoginAsync(null);
        Assert.That(await initiator.SendTargetsAsync("All"), Has.No.Member("TargetName=iqn.2026-01.org.example:private"));
        Assert.That(await initiator.SendTargetsAsync("iqn.2026-01.org.example:private"), Is.Empty);
    }

    [Test]
    public async Task A_target_is_there_only_at_the_portals_that_a_rule_names()
    {
        Target.ChangeAccess(options => options with
        {
            Groups = [options.DefaultGroup with { Name = "inside", Initiators = ["*#127.0.0.2"] }],
            DefaultGroup = new AccessControlGroup(),
        });
        var outside = await ConnectAsync();
        await outside.LoginAsync(null);
        Assert.That(await outside.SendTargetsAsync("All"), Is.Empty);
        Assert.That((await (await ConnectAsync()).TryLoginAsync(Iqn)).Login.Status, Is.EqualTo(LoginStatus.AuthorizationFailure));
        var wildcard = Driver.Endpoints.Single(portal => portal.Address.Equals(IPAddress.Any));
        var inside = await ConnectAsync(new IPEndPoint(IPAddress.Parse("127.0.0.2"), wildcard.Port));
        await inside.LoginAsync(Iqn);
        Assert.That(await inside.SendTargetsAsync(""), Has.Member($"TargetName={Iqn}"));
    }

    [Test]
    public async Task An_initiator_that_works_is_told_at_once_that_its_LUN_is_gone()
    {
        var initiator = await LoginAsync();
        await initiator.ClearUnitAttentionAsync();
        Assert.That((await initiator.ReadAsync(Cdb.Read10(0, 1), BlockLength)).Data, Has.Length.EqualTo(BlockLength));
        Target.ChangeAccess(options => options with { DefaultGroup = new AccessControlGroup() });
        var told = await initiator.ReceiveAsync(IscsiOpcode.AsyncMessage);
        // RFC 7143 11.9.4: SenseLength, then the sense data: UNIT ATTENTION, REPORTED LUNS DATA HAS CHANGED.
        Assert.That(new[] { told.Data[2] & 0x7F, told.Data[4] & 0x0F, told.Data[14], told.Data[15] }, Is.EqualTo(new[] { 0x70, 0x06, 0x3F, 0x0E }));
        await initiator.SendCommandAsync(Cdb.TestUnitReady());
        var response = await initiator.ReceiveAsync(IscsiOpcode.ScsiResponse);
        Assert.That(new[] { response.Data[4] & 0x0F, response.Data[14], response.Data[15] }, Is.EqualTo(new[] { 0x05, 0x25, 0x00 }));
    }

    [Test]
    public async Task A_session_over_IPv6_works_like_any_other()
    {
        Assume.That(Socket.OSSupportsIPv6, "this host has no IPv6");
        var initiator = await ConnectAsync(Driver.Endpoints.Single(portal => portal.AddressFamily == AddressFamily.InterNetworkV6));
        await initiator.LoginAsync(Iqn);
        await initiator.ClearUnitAttentionAsync();
        Assert.That((await initiator.ReadAsync(Cdb.Read10(0, 1), BlockLength)).Data, Has.Length.EqualTo(BlockLength));
    }

    [Test]
    public async Task Many_targets_come_in_many_responses()
    {
        var logicalUnit = Handler.LogicalUnit;
        for (var i = 0; i < 40; i++)
            Driver.AddTarget($"iqn.2026-01.org.example:target{i:00}", new TargetOptions { DefaultGroup = AccessControlGroup.Of(logicalUnit) });
        var initiator = await ConnectAsync();
        await initiator.LoginAsync(null, "MaxRecvDataSegmentLength=512");
        var names = (await initiator.SendTargetsAsync("All")).Where(pair => pair.StartsWith("TargetName=", System.StringComparison.Ordinal));
        Assert.That(names.Count(), Is.EqualTo(41));
    }

    [Test]
    public async Task A_normal_session_hears_of_its_own_target()
    {
        var initiator = await LoginAsync();
        Assert.That(await initiator.SendTargetsAsync(""), Has.Member($"TargetName={Iqn}"));
    }

    [Test]
    public async Task A_discovery_session_takes_no_SCSI_commands()
    {
        var initiator = await ConnectAsync();
        await initiator.LoginAsync(null);
        await initiator.SendCommandAsync(Cdb.TestUnitReady());
        var reject = await initiator.ReceiveAsync(IscsiOpcode.Reject);
        Assert.That(reject.Reject.Reason, Is.EqualTo(RejectReason.CommandNotSupported));
        await initiator.SendManagementAsync(TaskManagementFunctionCode.LogicalUnitReset);
        Assert.That((await initiator.ReceiveAsync()).Reject.Reason, Is.EqualTo(RejectReason.CommandNotSupported));
    }

    [Test]
    public async Task A_discovery_session_answers_pings_and_logs_out()
    {
        var initiator = await ConnectAsync();
        await initiator.LoginAsync(null);
        Assert.That((await initiator.PingAsync([1, 2, 3])).Data, Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(await initiator.LogoutAsync(), Is.EqualTo(LogoutResponseCode.Closed));
        await initiator.ExpectEndAsync();
    }

    [Test]
    public async Task A_removed_target_is_gone_with_its_sessions()
    {
        var initiator = await LoginAsync();
        await Driver.RemoveTargetAsync(Target);
        await initiator.ExpectEndAsync();
        await Log.WaitForEndAsync(Diagnostics.ConnectionEndReason.TargetRemoved);
        var response = await (await ConnectAsync()).TryLoginAsync(Iqn);
        Assert.That(response.Login.Status, Is.EqualTo(LoginStatus.NotFound));
    }
}
