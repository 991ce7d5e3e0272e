using System;
using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.Durability;

/// <summary>A kernel that has no io_uring, or a container that forbids it, as the server meets it.</summary>
[TestFixture, Category("Conformance")]
[Requires(Tool.Strace)]
public class RingRefusalTests
{
    private const int BlockLength = 4096;
    private const string Event = "Scst.VDisk[203]";

    [TestCase("ENOSYS", "Function not implemented")]
    [TestCase("EPERM", "Operation not permitted")]
    public async Task The_disk_is_served_without_it_and_the_log_says_why_once(string error, string reason)
    {
        ProcessResult probe = await ProcessRunner.RunAsync(
            Tool.Strace, "-o", "/dev/null", "-e", "trace=io_uring_setup", "-e", $"inject=io_uring_setup:error={error}", "/bin/true");
        if (probe.ExitCode != 0)
            Assert.Ignore($"strace can inject nothing on this machine: {probe.StandardError.Trim()}");
        using var directory = new TemporaryDirectory();
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(
            [$"file={directory["disk.img"]},size=16MiB,block=4096,direct,uring=on"],
            [],
            Tool.Find(Tool.Strace)!, "-D", "-f", "-o", "/dev/null", "-e", "trace=io_uring_setup", "-e", "signal=none",
            "-e", $"inject=io_uring_setup:error={error}");
        using (RawInitiator initiator = await RawInitiator.LoginAsync(server.Port, ServeDiskProcess.Iqn))
        {
            await initiator.PassAttentionAsync();
            byte[] data = new byte[16 * BlockLength];
            new Random(1).NextBytes(data);
            Assert.That(await initiator.WriteBlocksAsync(3, data, BlockLength, isForced: false), Is.Zero);
            Assert.That(await initiator.WriteBlocksAsync(40, data, BlockLength, isForced: true), Is.Zero);
            Assert.That(await initiator.SynchronizeCacheAsync(), Is.Zero);
            // READ(10): 16 blocks from the third on.
            (byte status, byte[] read) = await initiator.ReadAsync(0, [0x28, 0, 0, 0, 0, 3, 0, 0, 16, 0], data.Length);
            Assert.That(status, Is.Zero);
            Assert.That(read, Is.EqualTo(data));
        }

        await server.StopAsync();
        Assert.That(server.Log, Does.Contain(Event).And.Contain(reason).And.Contain(directory["disk.img"]));
        Assert.That(server.Log.Split(Event), Has.Length.EqualTo(2), "it is said once");
    }
}
