using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Scst.Conformance.Tests.Harness;

/// <summary>Collects what a process writes while it runs, and lets a test wait for a text in its standard output.</summary>
internal sealed class ProcessLog : IDisposable
{
    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly StringBuilder _all = new();
    private readonly StringBuilder _output = new();
    private readonly SemaphoreSlim _changed = new(0);
    private bool _ended;

    public ProcessLog(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(line.Data, isOutput: true);
        process.ErrorDataReceived += (_, line) => Add(line.Data, isOutput: false);
    }

    /// <summary>Begins to read; the process must have been started.</summary>
    public void Start()
    {
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until standard output holds all texts. False if it ended, or the watchdog bit, before that.</summary>
    public async Task<bool> WaitForAsync(IEnumerable<string> texts, TimeSpan watchdog)
    {
        string[] wanted = [.. texts];
        using var cancellation = new CancellationTokenSource(watchdog);
        while (true)
        {
            bool ended;
            lock (_lock)
            {
                string output = _output.ToString();
                if (wanted.All(text => output.Contains(text, StringComparison.Ordinal)))
                    return true;
                ended = _ended;
            }
            if (ended)
                return false;
            try
            {
                await _changed.WaitAsync(cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    public override string ToString()
    {
        lock (_lock)
            return _all.ToString();
    }

    public void Dispose() => _changed.Dispose();

    private void Add(string? line, bool isOutput)
    {
        lock (_lock)
        {
            if (line is not null)
            {
                _all.AppendLine(line);
                if (isOutput)
                    _output.AppendLine(line);
            }
            else if (isOutput)
            {
                _ended = true;
            }
        }
        _changed.Release();
    }
}
