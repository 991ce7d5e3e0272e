using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>Where the system does not find out that a host is gone, idle sessions are asked as often as others.</summary>
public class UnwatchedSilenceTests : IscsiFixture
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    protected override IscsiDriverOptions Configure(IscsiDriverOptions options) => options with
    {
        NopInInterval = _interval,
        NopInTimeout = _patience,
        UsesKeepAlive = false,
    };

    [Test]
    public async Task An_idle_initiator_is_asked_and_then_given_up()
    {
        var initiator = await LoginAsync();
        Time.Advance(_patience);
        Time.Advance(_interval);
        Assert.That((await initiator.ReceiveAsync(IscsiOpcode.NopIn)).Tag, Is.EqualTo(BasicHeader.ReservedTag));
        Time.Advance(_interval);
        Time.Advance(_interval);
        await initiator.ExpectEndAsync();
        await Log.WaitForEndAsync(ConnectionEndReason.NopTimeout);
    }
}
