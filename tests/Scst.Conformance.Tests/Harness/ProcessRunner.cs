using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

using NUnit.Framework;

namespace Scst.Conformance.Tests.Harness;

/// <summary>Runs a program to its end and keeps what it wrote.</summary>
internal static class ProcessRunner
{
    /// <summary>Longer than any client takes on a slow machine: reached only by one that hangs.</summary>
    public static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(3);

    /// <summary>Runs an installed tool and demands exit code 0.</summary>
    public static async Task<ProcessResult> CheckAsync(string tool, params string[] arguments)
    {
        ProcessResult result = await RunAsync(tool, arguments);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        return result;
    }

    /// <summary>Runs an installed tool, whatever its exit code. One that hangs is killed and fails the test.</summary>
    public static Task<ProcessResult> RunAsync(string tool, params string[] arguments) =>
        RunAsync(StartInfo(Tool.Find(tool) ?? throw new FileNotFoundException(Tool.MissingMessage(tool)), arguments), Watchdog);

    /// <summary>
    /// Runs what <paramref name="info"/> describes. One that outlives the watchdog is killed and fails the test,
    /// unless <paramref name="mayHang"/>: then what it wrote until then is the result.
    /// </summary>
    public static async Task<ProcessResult> RunAsync(ProcessStartInfo info, TimeSpan watchdog, bool mayHang = false)
    {
        ArgumentNullException.ThrowIfNull(info);
        string commandLine = CommandLine(info);
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(info) ?? throw new InvalidOperationException($"cannot start {info.FileName}");
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        bool hung = false;
        using (var cancellation = new CancellationTokenSource(watchdog))
        {
            try
            {
                await process.WaitForExitAsync(cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                hung = true;
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
        var result = new ProcessResult(commandLine, process.ExitCode, await output, await error, Stopwatch.GetElapsedTime(started));
        if (hung && !mayHang)
            Assert.Fail($"killed after {watchdog}: {result}");
        return result;
    }

    /// <summary>How to start a program with everything redirected.</summary>
    public static ProcessStartInfo StartInfo(string fileName, IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(fileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in arguments)
            info.ArgumentList.Add(argument);
        // The clients' messages are compared with English ones.
        info.Environment["LC_ALL"] = "C";
        return info;
    }

    /// <summary>The command as a person would type it.</summary>
    public static string CommandLine(ProcessStartInfo info) => $"{Path.GetFileName(info.FileName)} {string.Join(' ', info.ArgumentList)}";
}
