using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.Hostile;

/// <summary>Whatever one client sends, the others and the server notice nothing.</summary>
[TestFixture, Category("Conformance")]
[Requires(Tool.QemuIo)]
public class HostileClientTests
{
    // The hostile client works on LUN 0, the honest one on LUN 1: random bytes may well be a valid WRITE.
    private const int HonestLun = 1;

    private ServeDiskProcess _server = null!;

    [SetUp]
    public async Task StartServer() => _server = await ServeDiskProcess.StartAsync("ram=16MiB", "ram=64MiB");

    [TearDown]
    public ValueTask DisposeServer() => _server.DisposeAsync();

    [Test]
    public async Task Garbage_before_login_disturbs_nobody()
    {
        await WhileSomeoneWorksAsync(async () =>
        {
            foreach ((string name, byte[] bytes) in HostilePdus.BeforeLogin())
            {
                using RawInitiator hostile = await RawInitiator.ConnectAsync(_server.Port);
                await hostile.SendHostileAsync(bytes);
                Assert.That(await hostile.FinishAsync(), Is.True, $"the target did not hang up after {name}");
                Assert.That(_server.HasExited, Is.False, name);
            }
        });
    }

    [Test]
    public async Task Garbage_after_login_disturbs_nobody()
    {
        await WhileSomeoneWorksAsync(async () =>
        {
            foreach ((string name, byte[] bytes) in HostilePdus.AfterLogin())
            {
                using RawInitiator hostile = await RawInitiator.LoginAsync(_server.Port, ServeDiskProcess.Iqn);
                await hostile.SendHostileAsync(bytes);
                Assert.That(await hostile.FinishAsync(), Is.True, $"the target did not hang up after {name}");
                Assert.That(_server.HasExited, Is.False, name);
            }
        });
    }

    [Test]
    public async Task Connections_that_vanish_at_any_byte_of_the_login_disturb_nobody()
    {
        byte[] login = RawInitiator.LoginRequest(ServeDiskProcess.Iqn);
        await WhileSomeoneWorksAsync(async () =>
        {
            for (int length = 0; length <= login.Length; length += 3)
            {
                using RawInitiator hostile = await RawInitiator.ConnectAsync(_server.Port);
                await hostile.SendHostileAsync(login.AsMemory(0, length));
                hostile.Reset();
            }
        });
    }

    [Test]
    public async Task A_first_PDU_that_is_no_login_ends_the_connection_at_once()
    {
        using RawInitiator hostile = await RawInitiator.ConnectAsync(_server.Port);
        await hostile.SendAsync(RawInitiator.Pdu(0x40));

        // RFC 7143 6.3: any other PDU than a Login Request ends the connection. Our side stays open.
        Assert.That(await hostile.HangsUpAsync(), Is.True);
        await _server.StopAsync();
    }

    [Test]
    public async Task Claimed_lengths_take_no_memory()
    {
        const int connections = 300;
        var open = new List<RawInitiator>();
        long? before = _server.PeakResidentBytes;
        Assume.That(before, Is.Not.Null, "this system does not tell the memory of a process");
        try
        {
            for (int i = 0; i < connections; i++)
            {
                open.Add(await RawInitiator.ConnectAsync(_server.Port));
                await open[^1].SendHostileAsync(HostilePdus.LargeClaim(0x43));
            }
            await WorkAsync(1);
        }
        finally
        {
            open.ForEach(hostile => hostile.Dispose());
        }

        // The claims come to 4.7 GiB. What is allowed is what the honest client and the connections themselves need.
        Assert.That(_server.PeakResidentBytes - before, Is.LessThan(512L << 20));
        await _server.StopAsync();
    }

    [Test]
    public async Task Silent_connections_do_not_keep_others_out()
    {
        var silent = new List<RawInitiator>();
        try
        {
            for (int i = 0; i < 100; i++)
                silent.Add(await RawInitiator.ConnectAsync(_server.Port));
            await WorkAsync(1);
        }
        finally
        {
            silent.ForEach(hostile => hostile.Dispose());
        }
        await _server.StopAsync();
    }

    /// <summary>An honest client works from before the first until after the last hostile act.</summary>
    private async Task WhileSomeoneWorksAsync(Func<Task> hostility)
    {
        Task attack = hostility();
        int rounds = 0;
        do
        {
            await WorkAsync(rounds++);
        }
        while (!attack.IsCompleted);
        try
        {
            await attack;
        }
        catch (SocketException error)
        {
            Assert.Fail($"{error.Message}\n{_server.Log}");
        }
        await WorkAsync(rounds);
        await _server.StopAsync();
    }

    private Task<ProcessResult> WorkAsync(int round)
    {
        IEnumerable<string> commands = Enumerable.Range(0, 16).SelectMany(part => new[]
        {
            "-c", $"write -P {((round + part) % 255) + 1} {part * 4}M 4M",
            "-c", $"read -P {((round + part) % 255) + 1} {part * 4}M 4M",
        });
        return ProcessRunner.CheckAsync(Tool.QemuIo, ["-f", "raw", .. commands, _server.Url(HonestLun)]);
    }
}
