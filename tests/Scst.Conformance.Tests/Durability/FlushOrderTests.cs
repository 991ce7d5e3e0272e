using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;
using Scst.VDisk.Tests;

namespace Scst.Conformance.Tests.Durability;

/// <summary>
/// What GOOD promises is on stable storage when GOOD is sent: seen in the system calls of the server. The responses are in the same
/// trace as the flushes.
/// </summary>
[TestFixture, Category("Conformance")]
[Requires(Tool.Strace, Tool.Losetup)]
public class FlushOrderTests
{
    private const int WriteBytes = 64 << 10;
    private const string Calls = "trace=fdatasync,fsync,msync,sync_file_range,pwrite64,pwritev,pwritev2,sendmsg";

    /// <summary>Only so that a tracer that hangs fails instead of hanging the run.</summary>
    private static readonly TimeSpan _watchdog = TimeSpan.FromMinutes(1);

    private TemporaryDirectory _directory = null!;
    private Task<string[]> _trace = null!;

    [SetUp]
    public async Task Prepare()
    {
        ProcessResult probe = await ProcessRunner.RunAsync(Tool.Strace, "-o", "/dev/null", "-e", "trace=fdatasync", "/bin/true");
        if (probe.ExitCode != 0)
            Assert.Ignore($"strace can trace nothing on this machine: {probe.StandardError.Trim()}");
        _directory = new TemporaryDirectory();
        // A pipe, because the tracer is no child of anybody here: its trace is whole when it has closed it, which is after the end
        // of the server.
        string pipe = _directory["trace"];
        await ProcessRunner.CheckAsync(Tool.Sh, "-c", $"mkfifo '{pipe}'");
        _trace = Task.Factory.StartNew(
            () => File.ReadAllLines(pipe), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    [TearDown]
    public void RemoveDirectory() => _directory?.Dispose();

    [TestCase("file={0},size=64MiB,zerocopy=off", 512)]
    [TestCase("file={0},size=64MiB", 512)]
    [TestCase("file={0},size=64MiB,block=4096", 4096)]
    [TestCase("file={0},size=64MiB,direct,block=4096", 4096)]
    [TestCase("file={0},size=64MiB,direct,uring=on,block=4096", 4096)]
    public Task What_is_promised_is_flushed_first(string disk, int blockLength) => WatchAsync(disk, _directory["disk.img"], blockLength);

    [TestCase("device={0}", 512)]
    [TestCase("device={0},direct", 512)]
    public async Task What_is_promised_of_a_device_is_flushed_first(string disk, int blockLength)
    {
        using LoopDevice device = LoopDevice.Create(_directory["disk.img"], 64 << 20);
        await WatchAsync(disk, device.Path, blockLength);
    }

    [TestCase("file={0},size=64MiB,writethrough", 512)]
    [TestCase("file={0},size=64MiB,zerocopy=off,writethrough", 512)]
    [TestCase("file={0},size=64MiB,direct,block=4096,writethrough", 4096)]
    public async Task Every_write_through_is_flushed_first(string disk, int blockLength)
    {
        string path = _directory["disk.img"];
        await using ServeDiskProcess server = await ServeTracedAsync(Format(disk, path));
        using RawInitiator initiator = await RawInitiator.LoginAsync(server.Port, ServeDiskProcess.Iqn);
        await initiator.PassAttentionAsync();
        var steps = new List<(string What, bool MustFlush, uint Tag)>();
        for (uint i = 0; i < 3; i++)
            await RunAsync(initiator, steps, "a write through", true, Write(initiator, i, blockLength, isForced: false));
        await server.StopAsync();

        Judge(await _trace.WaitAsync(_watchdog), steps, server.Id, path);
    }

    private async Task WatchAsync(string disk, string path, int blockLength)
    {
        await using ServeDiskProcess server = await ServeTracedAsync(Format(disk, path));
        using RawInitiator initiator = await RawInitiator.LoginAsync(server.Port, ServeDiskProcess.Iqn);
        await initiator.PassAttentionAsync();
        var steps = new List<(string What, bool MustFlush, uint Tag)>();

        await RunAsync(initiator, steps, "nothing", false, initiator.TestUnitReadyAsync);
        await RunAsync(initiator, steps, "a write", false, Write(initiator, 0, blockLength, isForced: false));
        await RunAsync(initiator, steps, "nothing", false, initiator.TestUnitReadyAsync);
        await RunAsync(initiator, steps, "a write with FUA", true, Write(initiator, 1, blockLength, isForced: true));
        await RunAsync(initiator, steps, "a write again", false, Write(initiator, 1, blockLength, isForced: false));
        await RunAsync(initiator, steps, "SYNCHRONIZE CACHE", true, initiator.SynchronizeCacheAsync);
        await RunAsync(initiator, steps, "nothing", false, initiator.TestUnitReadyAsync);
        await RunAsync(initiator, steps, "WCE becoming 0", true, initiator.DisableWriteCacheAsync);
        await RunAsync(initiator, steps, "a write with WCE 0", true, Write(initiator, 2, blockLength, isForced: false));
        await RunAsync(initiator, steps, "a write of one block with WCE 0", true, () =>
            initiator.WriteBlocksAsync(0, new byte[blockLength], blockLength, isForced: false));
        await server.StopAsync();

        Judge(await _trace.WaitAsync(_watchdog), steps, server.Id, path);
    }

    private static Func<Task<byte>> Write(RawInitiator initiator, uint place, int blockLength, bool isForced)
    {
        byte[] data = new byte[WriteBytes];
        Array.Fill(data, (byte)(place + 1));
        return () => initiator.WriteBlocksAsync((uint)(place * WriteBytes / blockLength), data, blockLength, isForced);
    }

    private static async Task RunAsync(
        RawInitiator initiator, List<(string What, bool MustFlush, uint Tag)> steps, string what, bool mustFlush, Func<Task<byte>> command)
    {
        byte status = await command();
        Assert.That(status, Is.Zero, $"status of {what}");
        steps.Add((what, mustFlush, initiator.LastTag));
    }

    private static void Judge(string[] lines, List<(string What, bool MustFlush, uint Tag)> steps, int server, string path)
    {
        // The tracer pads process identifiers, so between the two there are as many spaces as there are digits missing.
        Assert.That(lines, Has.Some.Match($"^{server} +\\+\\+\\+ exited with 0 "), "the trace is complete");
        IReadOnlyList<SystemCall> calls = SystemCallTrace.Parse(lines);
        Assert.That(calls.Where(call => call.Name == "sync_file_range"), Is.Empty, "it flushes no device's cache, whatever it returns");
        SystemCall[] flushes = [.. calls.Where(call => call.Name is "fdatasync" or "fsync" && call.Path == path)];

        int before = calls.Where(call => IsResponse(call, steps[0].Tag - 1)).Select(call => call.Begin).DefaultIfEmpty(-1).First();
        Assert.That(before, Is.GreaterThanOrEqualTo(0), "the response before the first step is in the trace");
        foreach ((string what, bool mustFlush, uint tag) in steps)
        {
            SystemCall response = calls.First(call => IsResponse(call, tag));
            SystemCall[] within = [.. flushes.Where(call => call.Begin > before && call.Begin < response.Begin)];
            if (!mustFlush)
            {
                Assert.That(within, Is.Empty, $"flushes for {what}");
            }
            else
            {
                int written = calls.Where(call => call.Name.StartsWith("pwrite", StringComparison.Ordinal) && call.Path == path)
                    .Where(call => call.Begin > before && call.Begin < response.Begin).Select(call => call.End).DefaultIfEmpty(before).Max();
                Assert.That(
                    within.Where(call => call.Begin > written && call.End < response.Begin && call.Result == "0"), Is.Not.Empty,
                    $"flushes for {what}, after what it wrote and before its response");
            }
            before = response.Begin;
        }
    }

    /// <summary>RFC 7143 11.4: opcode 21h and the initiator task tag.</summary>
    private static bool IsResponse(SystemCall call, uint tag) =>
        call.Name == "sendmsg" && call.Sent is { Length: >= 20 } sent && (sent[0] & 0x3F) == 0x21
        && BinaryPrimitives.ReadUInt32BigEndian(sent.AsSpan(16)) == tag;

    private static string Format(string disk, string path) => disk.Replace("{0}", path, StringComparison.Ordinal);

    private Task<ServeDiskProcess> ServeTracedAsync(string disk) => ServeDiskProcess.StartAsync(
        [disk], [], Tool.Find(Tool.Strace)!, "-D", "-f", "-y", "-xx", "-s", "48", "-e", Calls, "-e", "signal=none", "-o", _directory["trace"]);
}
