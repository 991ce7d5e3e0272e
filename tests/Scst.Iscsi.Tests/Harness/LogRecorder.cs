using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Scst.Iscsi.Diagnostics;

namespace Scst.Iscsi.Tests.Harness;

/// <summary>Keeps what is logged, so that tests can ask for it and wait for it.</summary>
internal sealed class LogRecorder : ILoggerFactory, ILogger
{
    public const int SessionOpened = 1;
    public const int TaskManagementReceived = 5;
    public const int PortalOpened = 1001;
    public const int ConnectionAccepted = 1010;
    public const int LoggedIn = 1011;
    public const int LoginRefused = 1012;
    public const int ConnectionEnded = 1013;
    public const int PduRejected = 1014;
    public const int MediumFaulted = 1016;
    public const int DrainTimedOut = 1021;

    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private readonly List<(Func<Entry, bool> IsMeant, TaskCompletionSource<Entry> Seen)> _waiters = [];

    /// <summary>Called with each message, inside the call that logs it: what happens at that moment can be a test's doing.</summary>
    public Action<Entry>? OnEntry { get; set; }

    public Entry[] Entries
    {
        get
        {
            lock (_gate)
                return [.. _entries];
        }
    }

    /// <summary>Messages that only a fault of the target can cause.</summary>
    public IEnumerable<string> Faults => Entries.Where(entry => entry.Level >= LogLevel.Error).Select(entry => entry.ToString());

    public Task<Entry> WaitAsync(Func<Entry, bool> isMeant)
    {
        lock (_gate)
        {
            foreach (var entry in _entries)
            {
                if (isMeant(entry))
                    return Task.FromResult(entry);
            }

            var seen = new TaskCompletionSource<Entry>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((isMeant, seen));
            return seen.Task.WaitAsync(Safety.Timeout);
        }
    }

    /// <summary>The end of a connection for this reason.</summary>
    public Task<Entry> WaitForEndAsync(ConnectionEndReason reason) =>
        WaitAsync(entry => entry.Id == ConnectionEnded && Equals(entry["Reason"], reason));

    /// <summary>The end of the connection that came from this port.</summary>
    public async Task<ConnectionEndReason> WaitForEndAsync(int remotePort)
    {
        var entry = await WaitAsync(candidate => candidate.Id == ConnectionEnded
            && candidate["Remote"] is System.Net.IPEndPoint remote && remote.Port == remotePort);
        return (ConnectionEndReason)entry["Reason"]!;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var values = new Dictionary<string, object?>();
        foreach (var (key, value) in (IEnumerable<KeyValuePair<string, object?>>)state!)
            values[key] = value;
        var entry = new Entry(eventId.Id, logLevel, values, formatter(state, exception), exception);
        lock (_gate)
        {
            _entries.Add(entry);
            foreach (var (isMeant, seen) in _waiters)
            {
                if (isMeant(entry))
                    seen.TrySetResult(entry);
            }
        }

        OnEntry?.Invoke(entry);
    }

    public void Dispose()
    {
    }

    internal sealed record Entry(int Id, LogLevel Level, IReadOnlyDictionary<string, object?> Values, string Text, Exception? Exception)
    {
        public object? this[string key] => Values.GetValueOrDefault(key);

        public override string ToString() => $"{Id}: {Text} {Exception}";
    }
}
