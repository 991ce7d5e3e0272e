using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Driver;
using Scst.Iscsi.Login;
using Scst.Iscsi.Transport;
using Scst.Protocol;

namespace Scst.Iscsi;

/// <summary>
/// An iSCSI target: serves targets of a <see cref="ScsiEngine"/> over TCP (RFC 7143, RFC 7144) at ErrorRecoveryLevel 0 with
/// one connection per session and without authentication.
/// </summary>
/// <remarks>Dispose the driver before its engine. Members may be called from any thread.</remarks>
public sealed class IscsiTargetDriver :
    ITargetDriver, IBurstDriver, IAsyncEventDriver, IKernelSegmentDriver, ITransportIdDriver, IAsyncDisposable
{
    private readonly TargetNode _node;
    private readonly Lock _gate = new();
    private PortalListener[] _listeners = [];
    private bool _started;
    private bool _stopped;

    /// <summary>Makes a driver without targets; nothing is bound yet.</summary>
    /// <param name="engine">The engine, which also gives the clock, the log and the buffers.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="engine"/> is null.</exception>
    public IscsiTargetDriver(ScsiEngine engine, IscsiDriverOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _node = new TargetNode(engine, options ?? new IscsiDriverOptions());
    }

    /// <summary>The engine that it serves.</summary>
    public ScsiEngine Engine => _node.Engine;

    /// <summary>What it was set up with.</summary>
    public IscsiDriverOptions Options => _node.Options;

    /// <summary>The portals that are bound, with the ports that the system chose for port 0; empty before the start.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => _node.Portals;

    internal TargetNode Node => _node;

    /// <summary>Adds a target; initiators see it from now on.</summary>
    /// <param name="iqn">Its iSCSI name: an iqn., eui. or naa. name (RFC 7143 4.2.7). Letters are folded to lower case.</param>
    /// <param name="options">Who may see what; patterns are matched with the InitiatorName.</param>
    /// <returns>The target port in the engine, under the folded name.</returns>
    /// <exception cref="ArgumentException">The name is no iSCSI name or is in use, or the options are not valid.</exception>
    public Target AddTarget(string iqn, TargetOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(iqn);
        ArgumentNullException.ThrowIfNull(options);
        if (!IscsiName.TryNormalize(iqn, out var name))
            throw new ArgumentException($"'{iqn}' is no iSCSI name such as iqn.2026-01.org.example:disk.", nameof(iqn));
        var target = _node.Engine.AddTarget(name, this, options);
        _node.Add(target);
        return target;
    }

    /// <summary>Removes a target: its connections end, then its sessions.</summary>
    /// <param name="target">A target of this driver.</param>
    /// <exception cref="ArgumentException">The target belongs to another driver.</exception>
    public async ValueTask RemoveTargetAsync(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Driver != this)
            throw new ArgumentException("The target belongs to another driver.", nameof(target));
        _node.Remove(target);
        foreach (var connection in _node.Connections.Snapshot())
        {
            if (connection.Session?.Nexus?.Target == target)
                connection.End(ConnectionEndReason.TargetRemoved);
        }

        await _node.Engine.RemoveTargetAsync(target).ConfigureAwait(false);
    }

    /// <summary>Opens all portals, or none.</summary>
    /// <param name="cancellationToken">Checked before each portal.</param>
    /// <exception cref="System.IO.IOException">A portal cannot be opened, for example because its port is in use; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The driver was started before.</exception>
    public ValueTask StartAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            if (_started)
                throw new InvalidOperationException("The driver was started before.");
            _started = true;
            _listeners = Bind(cancellationToken);
            _node.Portals = [.. _listeners.Select(static listener => listener.Portal)];
            foreach (var listener in _listeners)
                listener.Start();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Closes the portals; connections that are open go on.</summary>
    public async ValueTask StopAcceptingAsync()
    {
        PortalListener[] listeners;
        lock (_gate)
        {
            _stopped = true;
            listeners = _listeners;
            _listeners = [];
        }

        foreach (var listener in listeners)
            await listener.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Figures at this moment.</summary>
    public IscsiDriverStatistics GetStatistics() => _node.Connections.Sum();

    /// <summary>
    /// Stops: closes the portals, lets running commands end and their responses out, tells the initiators, and closes the
    /// connections. Each step takes at most <see cref="IscsiDriverOptions.ShutdownTimeout"/>.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await StopAcceptingAsync().ConfigureAwait(false);
        var connections = _node.Connections.Snapshot();
        if (connections.Length > 0)
            await StopAsync(connections).ConfigureAwait(false);
        _node.Transports?.Dispose();
    }

    void ITargetDriver.RequestDataOut(ScsiCommand command) => IscsiSession.RequestDataOut(command);

    void ITargetDriver.AbortDataOut(ScsiCommand command) => IscsiSession.AbortDataOut(command);

    void ITargetDriver.SendResponse(ScsiCommand command) => IscsiSession.SendResponse(command);

    void ITargetDriver.TaskManagementDone(TaskManagementRequest request) => TaskManagementReply.Send(request);

    ProtocolIdentifier ITransportIdDriver.Protocol => ProtocolIdentifier.Iscsi;

    TransportId? ITransportIdDriver.TransportIdOf(Session session) =>
        session.DriverState is IscsiSession { Identity: var identity } ? TransportId.Iscsi(identity.InitiatorName, identity.Isid) : null;

    void IBurstDriver.EndOfBurst(Session session) => (session.DriverState as IscsiSession)?.EndBurst();

    void IAsyncEventDriver.ReportAsyncEvent(Session session, Lun lun, in Sense sense) =>
        (session.DriverState as IscsiSession)?.ReportAsyncEvent(lun, sense);

    bool IKernelSegmentDriver.AcceptsKernelSegments(Session session) => session.DriverState is IscsiSession { AcceptsKernelSegments: true };

    private async Task StopAsync(IscsiConnection[] connections)
    {
        _node.Log.Stopping(connections.Length);
        var timeout = _node.Options.ShutdownTimeout;
        if (!await IsDoneInTimeAsync(connections.Select(static connection =>
            Task.WhenAny(connection.DrainAsync(), connection.WhenOverAsync()))).ConfigureAwait(false))
            _node.Log.DrainTimedOut(timeout);
        foreach (var connection in connections)
            connection.End(ConnectionEndReason.Shutdown);
        if (!await IsDoneInTimeAsync(connections.Select(static connection => connection.WhenOverAsync())).ConfigureAwait(false))
            _node.Log.CloseTimedOut(timeout);
    }

    private PortalListener[] Bind(CancellationToken cancellationToken)
    {
        var listeners = new List<PortalListener>();
        try
        {
            foreach (var portal in _node.Options.Portals)
            {
                cancellationToken.ThrowIfCancellationRequested();
                listeners.Add(PortalListener.Bind(_node, portal));
            }

            _node.Transports = TransportFactory.Create(Options, _node.Time);
            return listeners.ToArray();
        }
        catch
        {
            _started = false;
            foreach (var listener in listeners)
                listener.Close();
            throw;
        }
    }

    private async Task<bool> IsDoneInTimeAsync(IEnumerable<Task> tasks)
    {
        try
        {
            await Task.WhenAll(tasks).WaitAsync(_node.Options.ShutdownTimeout, _node.Time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
