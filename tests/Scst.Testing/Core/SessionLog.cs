using System;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace Scst.Testing;

/// <summary>Hears from the engine's log when a session has ended, so that tests need not look again and again.</summary>
internal sealed class SessionLog : ILoggerFactory, ILogger
{
    private const int SessionEnded = 2;

    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when a session has.</summary>
    internal Task WaitForEndAsync(TimeSpan hang) => _ended.Task.WaitAsync(hang);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == SessionEnded)
            _ended.TrySetResult(true);
    }

    public void Dispose()
    {
    }
}
