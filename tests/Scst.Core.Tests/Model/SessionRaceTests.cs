using System;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Tests.Model;

/// <summary>What may happen on another thread between two steps of one call, made to happen there.</summary>
[TestFixture]
internal sealed class SessionRaceTests : EngineFixture
{
    private readonly Interloper _interloper = new();

    protected override ScsiEngineOptions EngineOptions => new() { LoggerFactory = _interloper };

    [OneTimeTearDown]
    public void DisposeInterloper() => _interloper.Dispose();

    [TestCase(TaskManagementFunction.LogicalUnitReset)]
    [TestCase(TaskManagementFunction.AbortTaskSet)]
    [TestCase(TaskManagementFunction.TargetReset)]
    public void A_session_that_closes_under_a_function_leaves_no_nexus_behind(TaskManagementFunction function)
    {
        var driver = new RecordingDriver();
        Session session = OpenSession(driver);
        _interloper.AtTaskManagement = () => Assert.That(session.CloseAsync(SessionEndReason.ConnectionLost).AsTask().IsCompleted);
        session.SubmitTaskManagement(function, Lun.Zero);
        Assert.That(driver.Managed, Has.Count.EqualTo(1));
        Assert.That(Unit.Nexuses, Is.Empty);
        Assert.That(Unit.TaskSet.IsOpen);
    }

    /// <summary>A logger that does something when a task management function is logged, just after it was let in.</summary>
    private sealed class Interloper : ILoggerFactory, ILogger
    {
        internal Action? AtTaskManagement { get; set; }

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
            if (eventId.Name != "TaskManagementReceived" || AtTaskManagement is not { } act)
                return;
            AtTaskManagement = null;
            act();
        }

        public void Dispose()
        {
        }
    }
}
