using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Scst.Benchmarks;

CultureInfo invariant = CultureInfo.InvariantCulture;
if (args is ["serve", var path, var interval])
{
    await MeasuredTarget.ServeAsync(path, int.Parse(interval, invariant)).ConfigureAwait(false);
    return;
}

if (args is ["access-change", .. var rest])
{
    await AccessChangeMeasurement.RunAsync(rest is [var sessions] ? int.Parse(sessions, invariant) : 10_000).ConfigureAwait(false);
    return;
}

if (args is ["rings", var medium, var rounds, var seconds])
{
    await RingComparison.RunAsync(medium, int.Parse(rounds, invariant), double.Parse(seconds, invariant)).ConfigureAwait(false);
    return;
}

// In process: the projects that BenchmarkDotNet generates do not build beside central package management.
IConfig config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(CommandBenchmarks).Assembly).Run(args, config);
