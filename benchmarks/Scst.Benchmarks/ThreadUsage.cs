using System;
using System.Runtime.InteropServices;

namespace Scst.Benchmarks;

/// <summary>What the calling thread has used of the processor, as the kernel counts it (getrusage). Costs no heap once made.</summary>
internal sealed class ThreadUsage
{
    private const int RusageThread = 1;
    private const int InvoluntarySwitches = 17;

    // struct rusage: user and system time in seconds and microseconds, then 14 counts.
    private readonly long[] _values = new long[InvoluntarySwitches + 1];

    /// <summary>How often the kernel took the processor from the thread to give it to another.</summary>
    internal long Preemptions => Read()[InvoluntarySwitches];

    internal double Milliseconds
    {
        get
        {
            long[] values = Read();
            return ((values[0] + values[2]) * 1e3) + ((values[1] + values[3]) / 1e3);
        }
    }

    private long[] Read() => GetUsage(RusageThread, _values) == 0 ? _values : throw new InvalidOperationException("getrusage failed.");

    [DllImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int GetUsage(int who, [In, Out] long[] usage);
}
