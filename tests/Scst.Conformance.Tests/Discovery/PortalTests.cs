using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.Discovery;

/// <summary>More than one portal, and who may come in.</summary>
[TestFixture, Category("Conformance")]
[Requires(Tool.IscsiLs, Tool.IscsiInq)]
public class PortalTests
{
    [Test]
    public async Task Two_portals_give_the_same_disk()
    {
        int second = Loopback.FreePort();
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(["ram=16MiB"], ["--listen", $"127.0.0.1:{second}"]);

        string url = server.Url(0);
        string first = (await ProcessRunner.CheckAsync(Tool.IscsiInq, "-e", "1", "-c", "131", url)).StandardOutput;
        string other = url.Replace($":{server.Port}/", $":{second}/", System.StringComparison.Ordinal);
        string again = (await ProcessRunner.CheckAsync(Tool.IscsiInq, "-e", "1", "-c", "131", other)).StandardOutput;

        Assert.That(again, Is.EqualTo(first));
        await server.StopAsync();
    }

    [Test]
    public async Task A_portal_with_an_IPv6_address_is_discovered()
    {
        Assume.That(Loopback.HasIPv6(), "this machine has no IPv6 loopback address");
        int port = Loopback.FreePort();
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(["ram=16MiB"], ["--listen", $"[::1]:{port}"]);

        ProcessResult result = await ProcessRunner.CheckAsync(Tool.IscsiLs, "-s", $"iscsi://[::1]:{port}");

        Assert.That(result.StandardOutput, Does.Contain($"[::1]:{port},").And.Match(@"(?m)^Lun:0\s+Type:DIRECT_ACCESS"));
        await server.StopAsync();
    }

    [Test]
    public async Task Only_the_named_initiators_come_in()
    {
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(
            ["ram=16MiB"], ["--initiator", "iqn.2026-01.org.example:friend*", "--initiator", "iqn.2026-01.org.example:one"]);

        foreach (string friend in new[] { "iqn.2026-01.org.example:friend-7", "iqn.2026-01.org.example:one" })
            await ProcessRunner.CheckAsync(Tool.IscsiInq, "-i", friend, server.Url(0));
        foreach (string stranger in new[] { "iqn.2026-01.org.example:stranger", "iqn.2026-01.org.example:one-more" })
        {
            ProcessResult result = await ProcessRunner.RunAsync(Tool.IscsiInq, "-i", stranger, server.Url(0));
            Assert.That(result.ExitCode, Is.Not.Zero, result.ToString());
        }
        await server.StopAsync();
    }
}
