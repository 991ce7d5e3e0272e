using System;
using System.Collections.Generic;
using Microsoft.Extensions.Logging;

namespace Scst.Tests;

/// <summary>Notes the names of the events that are logged.</summary>
/// <param name="events">Where.</param>
internal sealed class EventLog(List<string?> events) : ILoggerFactory, ILogger
{
    /// <summary>At which event the log throws, after it was noted.</summary>
    internal Func<string?, bool> ThrowsAt { get; init; } = static _ => false;

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
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        events.Add(eventId.Name);
        if (ThrowsAt(eventId.Name))
            throw new InvalidOperationException("The log is broken.");
    }
}
