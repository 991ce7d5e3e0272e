using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Scst.Benchmarks;

if (args is ["serve", var path, var interval])
{
    await MeasuredTarget.ServeAsync(path, int.Parse(interval, System.Globalization.CultureInfo.InvariantCulture)).ConfigureAwait(false);
    return;
}

if (args is ["rings", var medium, var rounds, var seconds])
{
    var invariant = System.Globalization.CultureInfo.InvariantCulture;
    await RingComparison.RunAsync(medium, int.Parse(rounds, invariant), double.Parse(seconds, invariant)).ConfigureAwait(false);
    return;
}

// In process: the projects that BenchmarkDotNet generates do not build beside central package management.
IConfig config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(CommandBenchmarks).Assembly).Run(args, config);
