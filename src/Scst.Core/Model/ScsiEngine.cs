using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Scst.Diagnostics;

namespace Scst;

/// <summary>
/// The middle level: logical units on one side, target ports on the other, and between them everything that SCSI asks
/// of a target. An engine starts no thread; it works in the context of those who call it.
/// </summary>
public sealed class ScsiEngine : IAsyncDisposable
{
    private readonly object _lock = new();
    private readonly Dictionary<string, LogicalUnit> _logicalUnits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Target> _targets = new(StringComparer.OrdinalIgnoreCase);
    private readonly ScstMetrics _metrics;
    private bool _disposed;

    /// <summary>Makes an engine without logical units and targets.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public ScsiEngine(ScsiEngineOptions? options = null)
    {
        Options = options ?? new ScsiEngineOptions();
        if (Options.MaxTransferBytes is < (64 << 10) or > (1 << 30) || Options.MaxTransferBytes > Options.Buffers.MaxBytes / 2)
            throw new ArgumentOutOfRangeException(nameof(options), "MaxTransferBytes is out of range.");
        BufferPool = new DataBufferPool(Options.Buffers);
        Log = Options.LoggerFactory.CreateLogger("Scst");
        Pipeline = new CommandPipeline(this, Options.Steps);
        Aborts = new AbortTracker(this);
        Orphans = Options.MakeOrphans();
        TaskManager = new TaskManager(this, Aborts);
        DeviceServer = new DeviceServer();
        _metrics = new ScstMetrics(this);
    }

    /// <summary>The pool that commands' data buffers come from.</summary>
    public DataBufferPool BufferPool { get; }

    /// <summary>What the engine was set up with.</summary>
    public ScsiEngineOptions Options { get; }

    /// <summary>The logical units; a snapshot.</summary>
    public IReadOnlyList<LogicalUnit> LogicalUnits
    {
        get
        {
            lock (_lock)
                return [.. _logicalUnits.Values];
        }
    }

    /// <summary>The targets; a snapshot.</summary>
    public IReadOnlyList<Target> Targets
    {
        get
        {
            lock (_lock)
                return [.. _targets.Values];
        }
    }

    internal ILogger Log { get; }

    internal CommandPipeline Pipeline { get; }

    internal AbortTracker Aborts { get; }

    internal OrphanedCommands Orphans { get; }

    internal TaskManager TaskManager { get; }

    internal DeviceServer DeviceServer { get; }

    /// <summary>Adds a logical unit. No initiator sees it before a target's LUN map names it.</summary>
    /// <param name="name">A name, unique in the engine; by default the identity that initiators see is made from it.</param>
    /// <param name="handler">The handler; it serves no other logical unit.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// The name is empty, in use or contains U+001F, or the handler claims a command or mode page of the core.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public LogicalUnit AddLogicalUnit(string name, IDevHandler handler, LogicalUnitOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(handler);
        if (name.Contains(StateRecord.Separator))
            throw new ArgumentException("The name contains U+001F.", nameof(name));
        LogicalUnit logicalUnit;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_logicalUnits.ContainsKey(name))
                throw new ArgumentException($"There is a logical unit '{name}' already.", nameof(name));
            logicalUnit = new LogicalUnit(this, name, handler, options ?? new LogicalUnitOptions());
            // Before anybody can find it.
            logicalUnit.PersistentReservations.HoldUntilLoaded();
            logicalUnit.ModePages.HoldUntilLoaded();
            _logicalUnits.Add(name, logicalUnit);
        }
        logicalUnit.PersistentReservations.Load();
        logicalUnit.ModePages.Load();
        Log.LogicalUnitAdded(name);
        return logicalUnit;
    }

    /// <summary>Adds a target port. A driver calls it, and then accepts sessions for it.</summary>
    /// <param name="name">The port's name as the transport knows it, unique in the engine.</param>
    /// <param name="driver">The driver that owns it.</param>
    /// <param name="options">Who may see what.</param>
    /// <exception cref="ArgumentException">The name is empty or in use, or the options are not valid.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public Target AddTarget(string name, ITargetDriver driver, TargetOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(options);
        Target target;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_targets.ContainsKey(name))
                throw new ArgumentException($"There is a target '{name}' already.", nameof(name));
            target = new Target(this, name, driver, options, ChooseRelativePort(options.RelativeTargetPort));
            _targets.Add(name, target);
        }
        Log.TargetAdded(name);
        return target;
    }

    /// <summary>Removes a target port and ends its sessions.</summary>
    /// <param name="target">A target of this engine.</param>
    /// <exception cref="ArgumentNullException"><paramref name="target"/> is null.</exception>
    public async ValueTask RemoveTargetAsync(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        target.MarkRemoved();
        foreach (Session session in target.Sessions)
            await session.CloseAsync(SessionEndReason.Shutdown).ConfigureAwait(false);
        lock (_lock)
            _targets.Remove(target.Name);
    }

    /// <summary>
    /// Ends all sessions, waits for what handlers still have, and detaches them all. Dispose drivers first, so that nothing arrives
    /// any more, and stores last.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        foreach (Target target in Targets)
            await RemoveTargetAsync(target).ConfigureAwait(false);
        await Orphans.NoneLeftAsync().ConfigureAwait(false);
        foreach (LogicalUnit logicalUnit in LogicalUnits)
        {
            foreach (Pause pause in logicalUnit.Pauses)
                pause.Resume();
            logicalUnit.Detach();
        }
        _metrics.Dispose();
    }

    internal void SessionOpened(Session session)
    {
        _metrics.SessionOpened();
        Log.SessionOpened(session.InitiatorName, session.Target.Name, session.GroupName);
    }

    internal void PauseEnded(Pause pause) => _metrics.PauseEnded(pause);

    internal void SessionClosed(Session session, SessionEndReason reason)
    {
        _metrics.SessionEnded(reason);
        Log.SessionEnded(session.InitiatorName, session.Target.Name, reason);
    }

    private ushort ChooseRelativePort(ushort? wanted)
    {
        var used = new HashSet<int>(_targets.Values.Select(target => (int)target.RelativeTargetPort));
        if (wanted is { } port)
        {
            if (port == 0 || used.Contains(port))
                throw new ArgumentException($"Relative target port {port} is zero or in use.", nameof(wanted));
            return port;
        }
        for (int next = 1; next <= ushort.MaxValue; next++)
        {
            if (!used.Contains(next))
                return (ushort)next;
        }
        throw new InvalidOperationException("All 65535 relative target ports are in use.");
    }
}
