using System;
using System.Net;
using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;
using Scst.Iscsi;
using Scst.VDisk;

namespace Scst.Conformance.Tests.Access;

/// <summary>A client that nobody here wrote keeps reading while the access control of its target changes.</summary>
[TestFixture, Category("Conformance")]
[Requires(Tool.QemuImg, Tool.IscsiLs)]
public class AccessChangeTests
{
    private const string Iqn = "iqn.2026-01.net.scst:access";

    private readonly WatchedStore _first = new();
    private readonly WatchedStore _second = new();
    private ScsiEngine _engine = null!;
    private IscsiTargetDriver _driver = null!;
    private Target _target = null!;
    private LogicalUnit _firstUnit = null!;
    private LogicalUnit _secondUnit = null!;

    private string Portal => $"iscsi://{_driver.Endpoints[0]}";

    [OneTimeSetUp]
    public async Task StartTarget()
    {
        _engine = new ScsiEngine();
        _firstUnit = _engine.AddLogicalUnit("first", new DiskHandler(_first));
        _secondUnit = _engine.AddLogicalUnit("second", new DiskHandler(_second));
        _driver = new IscsiTargetDriver(_engine, new IscsiDriverOptions { Portals = [new IPEndPoint(IPAddress.Loopback, 0)] });
        _target = _driver.AddTarget(Iqn, new TargetOptions { Groups = [Group(_firstUnit)] });
        await _driver.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopTarget()
    {
        await _driver.DisposeAsync();
        await _engine.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Test]
    public async Task A_change_shows_in_a_client_that_is_running_at_once()
    {
        Task<ProcessResult> client = ProcessRunner.RunAsync(
            Tool.QemuImg, "bench", "-c", "1000000000", "-d", "8", "-s", "4096", "-t", "none", "-f", "raw", $"{Portal}/{Iqn}/0");
        await InTimeAsync(_first.MoreReadsAsync(100), client);

        // Its disk becomes another one: it goes on with that, without logging in again.
        string session = _target.Sessions[0].ToString();
        AccessChange replaced = _target.ChangeAccess(options => options with { Groups = [Group(_secondUnit)] });
        await InTimeAsync(replaced.Drained, client);
        long readsOfFirst = _first.Reads;
        await InTimeAsync(_second.MoreReadsAsync(100), client);
        Assert.That(_first.Reads, Is.EqualTo(readsOfFirst), "reads of a disk that nobody sees any more");
        Assert.That(_target.Sessions, Has.Count.EqualTo(1));
        Assert.That(_target.Sessions[0].ToString(), Is.EqualTo(session));
        Assert.That(replaced.Reassigned, Is.EqualTo(_target.Sessions));

        // While it is paused it waits.
        using (Pause pause = _target.Sessions[0].Pause(new PauseOptions("test", TimeSpan.FromMinutes(1))))
        {
            await InTimeAsync(pause.Drained, client);
            long readsOfSecond = _second.Reads;
            await ListAsync();
            Assert.That(_second.Reads, Is.EqualTo(readsOfSecond), "reads while the session is paused");
        }
        await InTimeAsync(_second.MoreReadsAsync(100), client);

        // It sees no disk any more: its reads fail, and it says why and ends.
        Assert.That(await ListAsync(), Does.Contain(Iqn));
        AccessChange removed = _target.ChangeAccess(options => options with { Groups = [] });
        ProcessResult result = await client;
        Assert.That(result.ExitCode, Is.Not.Zero, result.ToString());
        Assert.That(result.ToString(), Does.Contain("LOGICAL_UNIT_NOT_SUPPORTED"));
        Assert.That(removed.Drained.IsCompleted);
        Assert.That(await ListAsync(), Does.Not.Contain(Iqn), "a target that shows it nothing is not discovered");
    }

    private static AccessControlGroup Group(LogicalUnit unit) => AccessControlGroup.Of(unit) with { Initiators = ["*"] };

    private async Task<string> ListAsync() => (await ProcessRunner.RunAsync(Tool.IscsiLs, Portal)).ToString();

    /// <summary>The client must still be running, and a broken build must not hang.</summary>
    private static async Task InTimeAsync(Task task, Task<ProcessResult> client)
    {
        await Task.WhenAny(task, client).WaitAsync(ProcessRunner.Watchdog);
        if (client.IsCompleted)
            Assert.Fail($"the client has ended: {await client}");
        await task;
    }
}
