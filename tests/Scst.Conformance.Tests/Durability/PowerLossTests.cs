using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;
using Scst.VDisk.Tests;

namespace Scst.Conformance.Tests.Durability;

/// <summary>What was promised to be on stable storage is there after the power was cut at any moment while clients wrote.</summary>
[TestFixture, Category("Conformance")]
[Requires(Tool.MkfsExt4, Tool.E2fsck, Tool.Mount, Tool.Umount)]
public class PowerLossTests
{
    private const int Clients = 4;
    private const int Megabytes = 64;
    private const int DiskBytes = 16 << 20;

    private TemporaryDirectory _directory = null!;
    private CuttableFileSystem _files = null!;

    [SetUp]
    public async Task MakeFileSystem()
    {
        _directory = new TemporaryDirectory();
        _files = await CuttableFileSystem.CreateAsync(_directory, Megabytes);
    }

    [TearDown]
    public async Task RemoveFileSystem()
    {
        if (_files is not null)
            await _files.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task What_was_promised_is_there(
        [Values("zerocopy=off", "zerocopy=on", "direct,block=4096", "direct,uring=on,block=4096", "writethrough")] string how,
        [Values(1, 7, 40, 150)] int promisesBeforeTheCut)
    {
        JournalingClient[] clients = await WriteUntilTheCutAsync($"file={_files["disk.img"]},size=16MiB,{how}", how, promisesBeforeTheCut);
        await _files.RestartAsync();
        JudgeWhatIsLeft(clients);
    }

    /// <summary>The device lies in the file system that is cut off, so from the cut on it fails whatever would change it.</summary>
    [Test]
    [Requires(Tool.Losetup)]
    public async Task What_was_promised_of_a_device_is_there(
        [Values("zerocopy=off", "zerocopy=on", "direct", "direct,uring=on", "writethrough")] string how,
        [Values(1, 7, 40, 150)] int promisesBeforeTheCut)
    {
        JournalingClient[] clients;
        using (LoopDevice device = LoopDevice.Create(_files["disk.img"], DiskBytes))
            clients = await WriteUntilTheCutAsync($"device={device.Path},{how}", how, promisesBeforeTheCut);
        await _files.RestartAsync();
        JudgeWhatIsLeft(clients);
    }

    /// <summary>If nothing were ever lost, the other tests would show nothing.</summary>
    [Test]
    public async Task What_was_not_promised_is_lost()
    {
        byte[] data = await WriteOnceAndCutAsync($"file={_files["disk.img"]},size=16MiB");
        await _files.RestartAsync();
        await JudgeLossAsync(data);
    }

    [Test]
    [Requires(Tool.Losetup)]
    public async Task What_was_not_promised_of_a_device_is_lost()
    {
        byte[] data;
        using (LoopDevice device = LoopDevice.Create(_files["disk.img"], DiskBytes))
            data = await WriteOnceAndCutAsync($"device={device.Path}");
        await _files.RestartAsync();
        await JudgeLossAsync(data);
    }

    [Test]
    public async Task A_mounted_device_is_not_served()
    {
        using LoopDevice device = LoopDevice.Create(_directory["other"], 16 << 20);
        await ProcessRunner.CheckAsync(Tool.MkfsExt4, "-q", "-F", device.Path);
        string mount = Directory.CreateDirectory(_directory["there"]).FullName;
        await ProcessRunner.CheckAsync(Tool.Mount, device.Path, mount);
        try
        {
            ProcessResult result = await ProcessRunner.RunAsync(
                ServeDiskProcess.StartInfo("--listen", $"127.0.0.1:{Loopback.FreePort()}", "--disk", $"device={device.Path}"), ProcessRunner.Watchdog);
            Assert.That(result.ExitCode, Is.EqualTo(1), result.ToString());
            Assert.That(result.StandardError, Does.Contain(device.Path).And.Contain("busy"));
        }
        finally
        {
            await ProcessRunner.CheckAsync(Tool.Umount, mount);
        }
    }

    private async Task<JournalingClient[]> WriteUntilTheCutAsync(string disk, string how, int promisesBeforeTheCut)
    {
        int blockLength = how.Contains("4096", StringComparison.Ordinal) ? 4096 : 512;
        int promises = 0;
        JournalingClient[] clients =
        [
            .. Enumerable.Range(0, Clients).Select(number => new JournalingClient(number, blockLength, (promisesBeforeTheCut * Clients) + number)
            {
                WritesThrough = how == "writethrough",
                // What comes in while the power is being cut is not judged: ext4 goes down in steps, and between them an fdatasync of
                // its own may end well though the extents that it wrote will not be in the journal.
                Counts = () => Volatile.Read(ref promises) < promisesBeforeTheCut,
                // The others go on meanwhile.
                Promised = () =>
                {
                    if (Interlocked.Increment(ref promises) == promisesBeforeTheCut)
                        _files.Cut();
                },
            }),
        ];
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(disk);
        await Task.WhenAll(clients.Select(client => Task.Run(() => client.RunAsync(server.Port))));
        await server.KillAsync();
        return clients;
    }

    private void JudgeWhatIsLeft(JournalingClient[] clients)
    {
        using FileStream disk = File.OpenRead(_files["disk.img"]);
        Assert.That(disk.Length, Is.EqualTo(DiskBytes));
        Assert.That(clients.Select(client => client.FindFault(disk)), Is.All.Null);
        Assert.That(clients.Sum(client => client.CountPromised()), Is.GreaterThan(0));
    }

    private async Task<byte[]> WriteOnceAndCutAsync(string disk)
    {
        byte[] data = new byte[4096];
        Array.Fill(data, (byte)0x5A);
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(disk);
        using RawInitiator initiator = await RawInitiator.LoginAsync(server.Port, ServeDiskProcess.Iqn);
        await initiator.PassAttentionAsync();
        Assert.That(await initiator.WriteBlocksAsync(0, data, 512, isForced: false), Is.Zero);
        _files.Cut();
        await server.KillAsync();
        return data;
    }

    private async Task JudgeLossAsync(byte[] data)
    {
        byte[] left = await File.ReadAllBytesAsync(_files["disk.img"]);
        if (left.AsSpan(0, data.Length).SequenceEqual(data))
            Assert.Ignore("The system had written of its own accord what nobody had flushed.");
        Assert.That(left, Is.All.Zero);
    }
}
