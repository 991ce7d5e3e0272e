using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.CommandLine;

/// <summary>What a person at a shell, or a service manager, meets.</summary>
[TestFixture, Category("Conformance")]
[Requires(Tool.Stat)]
public class CommandLineTests
{
    private const int IscsiPort = 3260;

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public async Task Help_names_every_option_and_is_no_error()
    {
        ProcessResult result = await RunAsync("--help");

        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.StandardError, Is.Empty);
        foreach (string option in new[] { "--listen", "--iqn", "--disk", "--initiator", "--state", "--busy-poll", "--log", "--help" })
            Assert.That(result.StandardOutput, Does.Contain(option));
        foreach (string part in new[] { "file=", "device=", "direct", "uring=on|off", "ram=", "null=", "size=", "zerocopy=on|off", "block=", "thin", "readonly", "writethrough" })
            Assert.That(result.StandardOutput, Does.Contain(part));
    }

    [TestCase("--no-such-option")]
    [TestCase("--disk")]
    [TestCase("--disk", "ram=lots")]
    [TestCase("--disk", "ram=")]
    [TestCase("--disk", "ram=-1MiB")]
    [TestCase("--disk", "ram=0")]
    [TestCase("--disk", "ram=1000")]
    [TestCase("--disk", "ram=99999999999TiB")]
    [TestCase("--disk", "tape=1GiB")]
    [TestCase("--disk", "ram=1MiB,block=513")]
    [TestCase("--disk", "ram=1MiB,block=0")]
    [TestCase("--disk", "ram=1MiB,unknown")]
    [TestCase("--disk", "ram=1MiB,size=2MiB,size=3MiB")]
    [TestCase("--disk", "file=disk.img,size=1MiB,zerocopy")]
    [TestCase("--disk", "file=disk.img,size=1MiB,zerocopy=perhaps")]
    [TestCase("--disk", "ram=1MiB,zerocopy=off")]
    [TestCase("--disk", "ram=1MiB,direct")]
    [TestCase("--disk", "file=disk.img,size=1MiB,direct=on")]
    [TestCase("--disk", "file=disk.img,size=1MiB,direct,uring")]
    [TestCase("--disk", "file=disk.img,size=1MiB,uring=on")]
    [TestCase("--disk", "ram=1MiB,uring=off")]
    [TestCase("--disk", "device=")]
    [TestCase("--disk", "device=/dev/no-such-device")]
    [TestCase("--disk", "device=/dev/null")]
    [TestCase("--disk", "device=/dev/null,size=1MiB")]
    [TestCase("--disk", "file=/proc/version,readonly,direct")]
    [TestCase("--disk", "ram=1MiB", "--busy-poll", "long")]
    [TestCase("--disk", "ram=1MiB", "--busy-poll", "-1")]
    [TestCase("--disk", "ram=1MiB", "--busy-poll", "1000001")]
    [TestCase("--disk", "")]
    [TestCase("--listen", "127.0.0.1:99999", "--disk", "ram=1MiB")]
    [TestCase("--listen", "nowhere at all", "--disk", "ram=1MiB")]
    [TestCase("--iqn", "not a name", "--disk", "ram=1MiB")]
    [TestCase("--log", "shouting", "--disk", "ram=1MiB")]
    public async Task A_wrong_argument_gives_one_clear_line(params string[] arguments) => AssertRefused(await RunAsync(arguments));

    [Test]
    public async Task A_busy_port_gives_one_clear_line()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string port = Text(((IPEndPoint)listener.LocalEndpoint).Port);

        ProcessResult result = await RunAsync("--listen", $"127.0.0.1:{port}", "--disk", "ram=1MiB");

        AssertRefused(result);
        Assert.That(result.StandardError, Does.Contain(port));
    }

    [Test]
    public async Task A_missing_directory_gives_one_clear_line()
    {
        string path = _directory[Path.Combine("no", "such", "directory", "disk.img")];

        ProcessResult result = await RunAsync("--listen", FreeListen(), "--disk", $"file={path},size=1MiB");

        AssertRefused(result);
        Assert.That(result.StandardError, Does.Contain(path).Or.Contain(Path.GetDirectoryName(path)));
    }

    [Test]
    public async Task A_missing_directory_for_the_state_gives_one_clear_line()
    {
        ProcessResult result = await RunAsync("--listen", FreeListen(), "--disk", "ram=1MiB", "--state", _directory["missing"]);

        AssertRefused(result);
        Assert.That(result.StandardError, Does.Contain("missing"));
    }

    [Test]
    public async Task A_missing_file_without_a_size_gives_one_clear_line_and_is_not_made()
    {
        string path = _directory["missing.img"];

        ProcessResult result = await RunAsync("--listen", FreeListen(), "--disk", $"file={path}");

        AssertRefused(result);
        Assert.That(result.StandardError, Does.Contain("missing.img"));
        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public async Task A_directory_in_the_place_of_a_file_gives_one_clear_line() =>
        AssertRefused(await RunAsync("--listen", FreeListen(), "--disk", $"file={_directory.Path},size=1MiB"));

    [Test]
    public async Task A_signal_ends_it_cleanly([Values("INT", "TERM")] string signal)
    {
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync("ram=1MiB", $"file={_directory["disk.img"]},size=1MiB");

        await server.StopAsync(signal);
    }

    [Test]
    public async Task A_signal_ends_it_cleanly_while_clients_are_connected([Values("INT", "TERM")] string signal)
    {
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync("ram=1MiB");
        using var silent = new TcpClient();
        await silent.ConnectAsync(IPAddress.Loopback, server.Port);
        using var loggedIn = await RawInitiator.LoginAsync(server.Port, ServeDiskProcess.Iqn);

        await server.StopAsync(signal);
    }

    [Test]
    public async Task A_new_file_has_the_size_asked_for_and_takes_no_room()
    {
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync($"file={_directory["disk.img"]},size=3GiB");
        await server.StopAsync();

        await AssertSparseAsync(_directory["disk.img"], 3L << 30);
    }

    [Test]
    public async Task The_ready_line_has_a_command_to_paste()
    {
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync("ram=1MiB");

        // All that it printed is there once it has ended.
        await server.StopAsync();
        Assert.That(
            server.Log.Split('\n').Where(line => line.Contains(server.Url(0), StringComparison.Ordinal)),
            Has.Some.Match(@"(iscsi-|qemu-|iscsiadm)"), server.Log);
    }

    [Test]
    public async Task Without_a_disk_it_serves_a_new_file_of_1_GiB_in_the_current_directory()
    {
        int port = Loopback.FreePort();

        await ServeDefaultDiskAsync(port, ["--listen", $"127.0.0.1:{Text(port)}"]);
    }

    [Test]
    public async Task Without_any_argument_it_serves_a_new_file_of_1_GiB_on_the_iSCSI_port()
    {
        if (!Loopback.IsFree(IscsiPort))
            Assert.Ignore($"port {IscsiPort} is in use on this machine");

        await ServeDefaultDiskAsync(IscsiPort, []);
    }

    [Test]
    public async Task It_serves_with_busy_polling()
    {
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(["ram=1MiB"], ["--busy-poll", "50"]);
        using var initiator = await RawInitiator.LoginAsync(server.Port, ServeDiskProcess.Iqn);
        await server.StopAsync();
    }

    private async Task ServeDefaultDiskAsync(int port, IEnumerable<string> arguments)
    {
        ProcessStartInfo info = ServeDiskProcess.StartInfo(arguments);
        info.WorkingDirectory = _directory.Path;
        await using (ServeDiskProcess server = await ServeDiskProcess.StartAsync(info, port, [$"iscsi://127.0.0.1:{Text(port)}/", "/0"]))
            await server.StopAsync();

        await AssertSparseAsync(_directory["disk.img"], 1L << 30);
    }

    private static async Task AssertSparseAsync(string path, long bytes)
    {
        Assert.That(new FileInfo(path).Length, Is.EqualTo(bytes));
        ProcessResult blocks = await ProcessRunner.CheckAsync(Tool.Stat, "--format=%b", path);
        Assert.That(long.Parse(blocks.StandardOutput, CultureInfo.InvariantCulture) * 512, Is.LessThan(1 << 20), "bytes on the medium");
    }

    private static Task<ProcessResult> RunAsync(params string[] arguments) =>
        ProcessRunner.RunAsync(ServeDiskProcess.StartInfo(arguments), ProcessRunner.Watchdog);

    private static string FreeListen() => $"127.0.0.1:{Text(Loopback.FreePort())}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void AssertRefused(ProcessResult result)
    {
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Not.Zero, result.ToString());
            string[] lines = result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(lines, Has.Length.EqualTo(1), result.ToString());
            Assert.That(result.StandardError, Does.Not.Contain("   at ").And.Not.Contain("Unhandled exception"), result.ToString());
        });
    }
}
