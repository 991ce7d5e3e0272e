using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;

using NUnit.Framework;

namespace Scst.Conformance.Tests.Harness;

/// <summary>
/// A running <c>ServeDisk</c>. A test ends it with <see cref="StopAsync"/>, which demands a clean end;
/// one that is merely disposed has seen a failed test: it is killed and its log printed.
/// </summary>
internal sealed class ServeDiskProcess : IAsyncDisposable
{
    public const string Iqn = "iqn.2026-01.org.example:conformance";

    private static readonly TimeSpan _watchdog = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly ProcessLog _log;
    private bool _stopped;

    private ServeDiskProcess(Process process, ProcessLog log, int port)
    {
        _process = process;
        _log = log;
        Port = port;
    }

    /// <summary>The TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>All it has written so far.</summary>
    public string Log => _log.ToString();

    /// <summary>The portal as clients of libiscsi write it.</summary>
    public string Portal => string.Create(CultureInfo.InvariantCulture, $"iscsi://127.0.0.1:{Port}");

    /// <summary>The most memory it ever had resident, in bytes; null where the system does not tell.</summary>
    public long? PeakResidentBytes
    {
        get
        {
            string path = $"/proc/{Id}/status";
            string? line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
            return line is null ? null : long.Parse(line[6..].Replace("kB", null, StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>The address of one logical unit as libiscsi and QEMU write it.</summary>
    public string Url(int lun) => string.Create(CultureInfo.InvariantCulture, $"{Portal}/{Iqn}/{lun}");

    /// <summary>The assembly that was built along with these tests, or null.</summary>
    public static string? FindAssembly()
    {
        string? path = typeof(ServeDiskProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(attribute => attribute.Key == "ServeDisk")?.Value;
        return File.Exists(path) ? path : null;
    }

    /// <summary>How to start ServeDisk with exactly these arguments.</summary>
    public static ProcessStartInfo StartInfo(params IEnumerable<string> arguments)
    {
        string assembly = FindAssembly() ?? throw new FileNotFoundException("samples/ServeDisk is not built");
        IEnumerable<string> command = arguments.Prepend(assembly);
        if (!IgnoresInterrupts())
            return ProcessRunner.StartInfo(DotnetHost(), command);
        // What runs in the background of a script ignores SIGINT, and so does every child until somebody resets it.
        string env = Tool.Find(Tool.Env) ?? throw new FileNotFoundException(Tool.MissingMessage(Tool.Env));
        return ProcessRunner.StartInfo(env, command.Prepend(DotnetHost()).Prepend("--default-signal=INT"));
    }

    /// <summary>Serves one logical unit per disk specification on a free port and waits until all are announced.</summary>
    public static Task<ServeDiskProcess> StartAsync(params string[] disks) => StartAsync(disks, []);

    /// <summary>Serves with further options.</summary>
    /// <param name="disks">The disk specifications.</param>
    /// <param name="options">The other options.</param>
    /// <param name="launcher">A program that becomes ServeDisk, and its arguments, or nothing.</param>
    public static Task<ServeDiskProcess> StartAsync(
        IReadOnlyCollection<string> disks, IEnumerable<string> options, params IReadOnlyCollection<string> launcher)
    {
        int port = Loopback.FreePort();
        IEnumerable<string> arguments =
        [
            "--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"),
            "--iqn", Iqn,
            .. disks.SelectMany(disk => new[] { "--disk", disk }),
            .. options,
        ];
        IEnumerable<string> announced = Enumerable.Range(0, disks.Count)
            .Select(lun => string.Create(CultureInfo.InvariantCulture, $"iscsi://127.0.0.1:{port}/{Iqn}/{lun}"));
        ProcessStartInfo info = StartInfo(arguments);
        if (launcher.Count > 0)
            info = ProcessRunner.StartInfo(launcher.First(), [.. launcher.Skip(1), info.FileName, .. info.ArgumentList]);
        return StartAsync(info, port, announced);
    }

    /// <summary>Starts what <paramref name="info"/> says and waits until every URL has been announced.</summary>
    public static async Task<ServeDiskProcess> StartAsync(ProcessStartInfo info, int port, IEnumerable<string> announced)
    {
        var process = new Process { StartInfo = info };
        var log = new ProcessLog(process);
        process.Start();
        process.StandardInput.Close();
        log.Start();
        var server = new ServeDiskProcess(process, log, port);
        if (!await log.WaitForAsync(announced, _watchdog))
        {
            await server.DisposeAsync();
            Assert.Fail($"{ProcessRunner.CommandLine(info)} did not announce its disks");
        }
        return server;
    }

    /// <summary>Asks it to end and demands exit code 0.</summary>
    /// <param name="signal">The name of the signal, <c>TERM</c> or <c>INT</c>.</param>
    public async Task StopAsync(string signal = "TERM")
    {
        Assert.That(_process.HasExited, Is.False, $"ServeDisk ended by itself\n{Log}");
        await ProcessRunner.CheckAsync(Tool.Sh, "-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {Id}"));
        using var cancellation = new CancellationTokenSource(_watchdog);
        try
        {
            await _process.WaitForExitAsync(cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"ServeDisk did not end within {_watchdog} of SIG{signal}\n{Log}");
        }
        _stopped = true;
        Assert.That(_process.ExitCode, Is.Zero, $"exit code after SIG{signal}\n{Log}");
    }

    /// <summary>Ends it as a crash would: nothing of its own runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _stopped = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync();
            await TestContext.Out.WriteLineAsync($"--- ServeDisk, exit code {_process.ExitCode} ---\n{Log}");
        }
        _process.Dispose();
        _log.Dispose();
    }

    private static bool IgnoresInterrupts()
    {
        const ulong interrupt = 1UL << (2 - 1);
        string path = "/proc/self/status";
        string? line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) : null;
        return line is not null && (ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & interrupt) != 0;
    }

    private static string DotnetHost() =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? Tool.Find("dotnet")
        ?? throw new FileNotFoundException("dotnet is not in PATH");
}
