using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Tests.Harness;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>
/// A host that is gone without a word, with an idle session. The target's own clock stands still, so it is the system that finds
/// out.
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
[Platform("Linux")]
public class DeadHostTests : IscsiFixture
{
    public DeadHostTests(bool usesPortableTransport) => UsesPortableTransport = usesPortableTransport;

    protected override IscsiDriverOptions Configure(IscsiDriverOptions options) => options with
    {
        NopInInterval = TimeSpan.FromSeconds(1),
        NopInTimeout = TimeSpan.FromSeconds(3),
    };

    [Test]
    public async Task It_is_found_without_a_ping()
    {
        var initiator = await LoginAsync();
        var other = await LoginAsync(isid: 2);
        var sent = Driver.GetStatistics().BytesOut;
        initiator.Deafen();
        Assert.That(await Log.WaitForEndAsync(initiator.LocalPort), Is.EqualTo(ConnectionEndReason.ConnectionLost));
        Assert.That(Driver.GetStatistics().BytesOut, Is.EqualTo(sent));
        Assert.That((await other.PingAsync([1])).Data, Is.EqualTo(new byte[] { 1 }), "one whose host answers stays");
    }
}
