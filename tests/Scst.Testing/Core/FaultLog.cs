using System;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Scst.Testing;

/// <summary>Keeps the exceptions that the middle level caught from plug-ins.</summary>
internal sealed class FaultLog : ILoggerFactory, ILogger
{
    internal ConcurrentQueue<Exception> Faults { get; } = new();

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
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
        if (exception is not null)
            Faults.Enqueue(exception);
    }
}
