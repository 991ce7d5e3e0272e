using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Scst.Iscsi;
using Scst.VDisk;

namespace Scst.Benchmarks;

/// <summary>
/// An iSCSI target that tells what it costs its process, line after line, until it gets SIGTERM. For peers/endurance.sh.
/// </summary>
internal static class MeasuredTarget
{
    private const string Name = "iqn.2026-01.net.scst:measured";

    internal static async Task ServeAsync(string path, int intervalSeconds)
    {
        using var stop = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        await using var disk = new DiskHandler(FileStore.Open(path, new FileStoreOptions()));
        await using var engine = new ScsiEngine();
        await using var driver = new IscsiTargetDriver(
            engine, new IscsiDriverOptions { Portals = [new IPEndPoint(IPAddress.Loopback, 0)], MaxSessionsPerTarget = 4096 });
        AccessControlGroup everybody = AccessControlGroup.Of(engine.AddLogicalUnit("disk", disk));
        driver.AddTarget(Name, new TargetOptions { DefaultGroup = everybody });
        await driver.StartAsync(CancellationToken.None).ConfigureAwait(false);
        Console.WriteLine($"iscsi://{driver.Endpoints[0]}/{Name}/0");
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(intervalSeconds));
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false))
                Console.WriteLine(Describe(clock.Elapsed, driver.GetStatistics()));
        }
        catch (OperationCanceledException)
        {
            // The signal.
        }
    }

    private static string Describe(TimeSpan elapsed, IscsiDriverStatistics statistics)
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"seconds={elapsed.TotalSeconds:F0} sessions={statistics.Sessions} commands={statistics.Commands} "
            + $"anonymous_kib={AnonymousKiB()} heap_kib={GC.GetTotalMemory(forceFullCollection: false) >> 10} "
            + $"committed_kib={memory.TotalCommittedBytes >> 10} "
            + $"gen0={GC.CollectionCount(0)} gen1={GC.CollectionCount(1)} gen2={GC.CollectionCount(2)} "
            + $"cpu_s={Environment.CpuUsage.TotalTime.TotalSeconds:F2}");
    }

    /// <summary>What the process has for itself: mapped pages of files come and go.</summary>
    private static long AnonymousKiB()
    {
        const string field = "RssAnon:";
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(field, StringComparison.Ordinal))
                return long.Parse(line.AsSpan(field.Length).TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture);
        }
        return -1;
    }
}
