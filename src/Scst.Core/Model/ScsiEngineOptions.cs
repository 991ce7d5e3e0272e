using System;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Scst;

/// <summary>How an engine is set up.</summary>
public sealed record ScsiEngineOptions
{
    /// <summary>Where log messages go.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock, read once per burst of commands; REPORT TIMESTAMP tells it until it is set.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How much memory commands' data may occupy.</summary>
    public DataBufferPoolOptions Buffers { get; init; } = new();

    /// <summary>
    /// The longest transfer of one command in bytes, 64 KiB to 1 GiB; a longer one ends in ILLEGAL REQUEST, INVALID FIELD
    /// IN CDB. Not more than half of <see cref="DataBufferPoolOptions.MaxBytes"/>.
    /// </summary>
    public int MaxTransferBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Keeps what must survive a loss of power; the engine does not dispose it. Persistent reservations are under the name of their
    /// logical unit, everything else under that name, U+001F and what it is: <c>mode-pages</c>, <c>identifying-information</c>,
    /// <c>identifying-text</c>. Null: nothing survives; PERSISTENT RESERVE OUT with APTPL and MODE SELECT with SP are refused, and there
    /// is no REPORT or SET IDENTIFYING INFORMATION.
    /// </summary>
    public IStateStore? StateStore { get; init; }

    /// <summary>What the tests do while a command is between two steps of its translation; null in production.</summary>
    internal TranslationProbe? Probe { get; init; }

    /// <summary>The deterministic simulation's scheduler; null in production.</summary>
    internal StepScheduler? Steps { get; init; }

    /// <summary>Lets the simulation put a broken task set in place, to prove that it would notice.</summary>
    internal Func<LogicalUnit, TaskSet> MakeTaskSet { get; init; } = static logicalUnit => new TaskSet(logicalUnit);

    /// <summary>Lets the simulation forget to hold commands back, to prove that it would notice.</summary>
    internal Func<OrphanedCommands> MakeOrphans { get; init; } = static () => new OrphanedCommands();

    /// <summary>Lets the simulation put broken persistent reservations in place, to prove that it would notice.</summary>
    internal Func<LogicalUnit, PersistentReservations> MakeReservations { get; init; } =
        static logicalUnit => new PersistentReservations(logicalUnit);
}
