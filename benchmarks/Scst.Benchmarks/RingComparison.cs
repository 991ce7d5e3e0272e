using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Scst.VDisk;

namespace Scst.Benchmarks;

/// <summary>
/// Direct I/O on one file or device on the thread pool and through io_uring, in turn: I/O per second, latency and processor time of
/// each (user and system, of this process), as medians.
/// </summary>
internal static class RingComparison
{
    private static readonly (int Length, int Depth)[] _loads = [(4096, 1), (4096, 8), (4096, 32), (65536, 8)];

    internal static async Task RunAsync(string path, int rounds, double seconds)
    {
        Console.WriteLine("| | bytes | depth | by | I/O per s | mean us | CPU us per I/O |\n|---|---|---|---|---|---|---|");
        foreach ((int length, int depth) in _loads)
        {
            foreach (bool isWrite in (bool[])[false, true])
            {
                List<(double Rate, double Latency, double Cost)>[] results = [[], []];
                for (int round = 0; round < rounds * 2; round++)
                    results[round & 1].Add(await MeasureAsync(path, (round & 1) != 0, isWrite, length, depth, seconds).ConfigureAwait(false));
                for (int i = 0; i < 2; i++) Print(isWrite, length, depth, i != 0, results[i]);
            }
        }
    }

    private static void Print(bool isWrite, int length, int depth, bool isRing, List<(double Rate, double Latency, double Cost)> results) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {(isWrite ? "write" : "read")} | {length} | {depth} | {(isRing ? "io_uring" : "threads")} | {Median(results.Select(r => r.Rate)):F0} "
            + $"| {Median(results.Select(r => r.Latency)):F1} | {Median(results.Select(r => r.Cost)):F1} |"));

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private static async Task<(double Rate, double Latency, double Cost)> MeasureAsync(
        string path, bool isRing, bool isWrite, int length, int depth, double seconds)
    {
        var options = new FileStoreOptions { Direct = true, IoUring = isRing };
        await using FileStore store = path.StartsWith("/dev/", StringComparison.Ordinal)
            ? FileStore.OpenDevice(path, options)
            : FileStore.Open(path, options);
        var pool = new DataBufferPool();
        DataBuffer[] buffers = [.. Enumerable.Range(0, depth).Select(_ => pool.TryRent(length)!)];
        await Task.WhenAll(buffers.Select((buffer, i) => RunOneAsync(store, isWrite, buffer.Memory[..length], i, 0.2))).ConfigureAwait(false);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        long[] counts = await Task.WhenAll(
            buffers.Select((buffer, i) => Task.Run(() => RunOneAsync(store, isWrite, buffer.Memory[..length], i, seconds)))).ConfigureAwait(false);
        double elapsed = clock.Elapsed.TotalSeconds;
        double count = counts.Sum();
        return (count / elapsed, elapsed * depth / count * 1e6, (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / count);
    }

    private static async Task<long> RunOneAsync(FileStore store, bool isWrite, Memory<byte> memory, int seed, double seconds)
    {
        var random = new Random(seed);
        long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        long count = 0;
        for (; Stopwatch.GetTimestamp() < end; count++)
        {
            long offset = random.NextInt64(store.Length / memory.Length) * memory.Length;
            StoreStatus status = isWrite
                ? await store.WriteAsync(offset, memory, StoreWriteOptions.None).ConfigureAwait(false)
                : await store.ReadAsync(offset, memory).ConfigureAwait(false);
            if (status != StoreStatus.Ok) throw new InvalidOperationException($"{status}");
        }

        return count;
    }
}
